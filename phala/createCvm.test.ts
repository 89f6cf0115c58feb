import { describe, expect, it } from 'vitest';
import { createCvm } from './createCvm.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import { appId, composeHash, contract, deployer, encryptedEnv, fullVm } from './testing/values.js';

const recording = useRecordingApi();
const bare = { appId, composeHash, encryptedEnv: null, envKeys: null, onChain: null };

describe('POST /cvms', () => {
  it('names app and hash without 0x, and where the KMS is on chain also the KMS, contract and deployer', async () => {
    recording.answers(fullVm);
    await createCvm(recording.api, {
      ...bare,
      encryptedEnv,
      envKeys: ['API_KEY'],
      onChain: { kms: 'kms-base', contract, deployer },
    });
    expect(recording.seen).toMatchObject({ method: 'POST', path: '/cvms' });
    expect(recording.marks).toEqual({ 'x-api-key': recording.apiKey, 'x-phala-version': '2026-01-21' });
    expect(recording.seen.body).toEqual({
      app_id: 'a1'.repeat(20),
      compose_hash: 'c0'.repeat(32),
      encrypted_env: encryptedEnv,
      env_keys: ['API_KEY'],
      kms_id: 'kms-base',
      contract_address: contract,
      deployer_address: deployer,
    });
  });

  it('leaves out the environment and the chain where there is none', async () => {
    recording.answers(fullVm);
    await createCvm(recording.api, bare);
    expect(recording.seen.body).toEqual({ app_id: 'a1'.repeat(20), compose_hash: 'c0'.repeat(32) });
  });

  it.each([
    [400, 'Invalid payload or provision data expired', 'PreparationExpired'],
    [422, 'Provision data not found', 'PreparationExpired'],
    [400, 'Invalid compose file', 'RequestRefused'],
    [422, 'env_keys: must be a list', 'RequestRefused'],
  ])('%i “%s” is %s', async (status, detail, type) => {
    recording.answers({ detail }, status);
    expect((await failureOf(createCvm(recording.api, bare))).type).toBe(type);
  });

  it('says that a CVM was made where the answer cannot be read', async () => {
    recording.answers({ id: 1 });
    const failure = await failureOf(createCvm(recording.api, bare));
    expect(failure.type).toBe('PhalaAnswerUnreadable');
    expect(failure.details.effect).toBe('taken');
  });
});
