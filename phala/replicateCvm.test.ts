import { describe, expect, it } from 'vitest';
import { replicateCvm } from './replicateCvm.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import * as values from './testing/values.js';

const recording = useRecordingApi();
const { cvmId, appId, composeHash, encryptedEnv } = values;
const nothing = { cvmId, appId: null, nodeId: null, encryptedEnv: null, composeHash: null, prepareOnly: false };

describe.each([
  ['POST /cvms/{cvm_id}/replicas', null, `/cvms/${cvmId}/replicas`],
  ['POST /apps/{app_id}/cvms/{vm_uuid}/replicas', appId, `/apps/${'a1'.repeat(20)}/cvms/${cvmId}/replicas`],
] as const)('%s', (call, under, path) => {
  it('sends what is given of node, environment and configuration', async () => {
    recording.answers(values.fullVm);
    const answer = await replicateCvm(recording.api, {
      ...nothing,
      appId: under,
      nodeId: 6,
      encryptedEnv,
      composeHash,
    });
    expect(recording.seen).toMatchObject({ method: 'POST', path });
    expect(recording.seen.body).toEqual({ node_id: 6, encrypted_env: encryptedEnv, compose_hash: composeHash });
    expect(recording.marks).toEqual({ 'x-api-key': recording.apiKey, 'x-phala-version': '2026-01-21' });
    expect(answer).toMatchObject({ outcome: 'created', vm: { vm_uuid: cvmId } });
  });

  it('leaves to the API what is not given', async () => {
    recording.answers(values.fullVm);
    await replicateCvm(recording.api, { ...nothing, appId: under });
    expect(recording.seen.body).toEqual({});
  });

  it('asks by X-Prepare-Only for a plan, and reads it with its token', async () => {
    recording.answers(values.registrationRequired(values.preparation), 465);
    const answer = await replicateCvm(recording.api, { ...nothing, appId: under, prepareOnly: true });
    expect(recording.marks).toMatchObject({ 'x-prepare-only': 'true' });
    expect(answer).toMatchObject({
      outcome: 'prepared',
      preparation: { compose_hash: composeHash, device_id: values.deviceId, commit_token: values.commitToken },
    });
  });

  it('says that a replica was made where the answer cannot be read, and names the path only', async () => {
    recording.answers({ ...values.fullVm, vm_uuid: 'secret' });
    const failure = await failureOf(replicateCvm(recording.api, { ...nothing, appId: under }));
    expect(failure.type).toBe('PhalaAnswerUnreadable');
    expect(failure.details.effect).toBe('taken');
    expect(failure.message).toContain(`${call} answered in an unknown shape: vm_uuid:`);
    expect(failure.message).not.toContain('secret');
  });
});
