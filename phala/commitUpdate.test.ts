import { describe, expect, it } from 'vitest';
import { commitUpdate } from './commitUpdate.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import { commitToken, composeHash, cvmId, transactionHash } from './testing/values.js';

const recording = useRecordingApi();

describe('POST /cvms/{cvm_id}/commit-update', () => {
  it('is made with the token alone: in the body, without an API key, and in no address', async () => {
    recording.answers({ status: 'pending', correlation_id: 'corr_1' }, 202);
    const committed = await commitUpdate(recording.api, { cvmId, commitToken, composeHash, transactionHash });
    expect(committed).toEqual({ correlationId: 'corr_1' });
    expect(recording.seen).toMatchObject({ method: 'POST', path: `/cvms/${cvmId}/commit-update` });
    expect(recording.seen.body).toEqual({
      token: commitToken,
      compose_hash: composeHash,
      transaction_hash: transactionHash,
    });
    expect(recording.marks).toEqual({ 'x-phala-version': '2026-01-21' });
  });

  it('names no transaction where the allow-list is to be the proof', async () => {
    await commitUpdate(recording.api, { cvmId, commitToken, composeHash, transactionHash: 'already-registered' });
    expect(recording.seen.body).toMatchObject({ transaction_hash: 'already-registered' });
  });

  it('repeats no token in an error, wherever the answer has it', async () => {
    recording.answers({ detail: `no preparation ${commitToken}` }, 466);
    const parameters = { cvmId, commitToken, composeHash, transactionHash };
    const failure = await failureOf(commitUpdate(recording.api, parameters));
    expect(failure.type).toBe('PreparationExpired');
    expect(failure.message).not.toContain(commitToken);
  });
});
