import { describe, expect, it } from 'vitest';
import { commitReplica } from './commitReplica.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import { commitToken, composeHash, cvmId, fullVm, transactionHash } from './testing/values.js';

const recording = useRecordingApi();

describe('POST /cvms/{cvm_id}/commit-replica', () => {
  it('is made with the token alone: in the body, without an API key, and in no address', async () => {
    recording.answers(fullVm);
    const vm = await commitReplica(recording.api, { cvmId, commitToken, composeHash, transactionHash });
    expect(vm).toMatchObject({ vm_uuid: fullVm.vm_uuid, name: fullVm.name, teepod: { name: 'prod6' } });
    expect(recording.seen).toMatchObject({ method: 'POST', path: `/cvms/${cvmId}/commit-replica` });
    expect(recording.seen.body).toEqual({
      token: commitToken,
      compose_hash: composeHash,
      transaction_hash: transactionHash,
    });
    expect(recording.marks).toEqual({ 'x-phala-version': '2026-01-21' });
  });

  it('names no transaction where none shows the compose hash being added', async () => {
    recording.answers(fullVm);
    await commitReplica(recording.api, { cvmId, commitToken, composeHash, transactionHash: 'already-registered' });
    expect(recording.seen.body).toMatchObject({ transaction_hash: 'already-registered' });
  });

  it('repeats no token in an error', async () => {
    recording.answers({ detail: `no preparation ${commitToken}` }, 466);
    const parameters = { cvmId, commitToken, composeHash, transactionHash };
    const failure = await failureOf(commitReplica(recording.api, parameters));
    expect(failure.type).toBe('PreparationExpired');
    expect(failure.message).not.toContain(commitToken);
  });
});
