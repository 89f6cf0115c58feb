import { describe, expect, it } from 'vitest';
import { commitByHeaders, patchCvm } from './patchCvm.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import * as values from './testing/values.js';

const recording = useRecordingApi();
const { cvmId, composeHash, transactionHash, everyField, encryptedEnv } = values;

describe('PATCH /cvms/{cvm_id}', () => {
  it('sends what is to change under the API’s names, and nothing else', async () => {
    recording.answers({ correlation_id: 'corr_1', status: 'in_progress' }, 202);
    await patchCvm(recording.api, { cvmId, update: everyField, prepareOnly: false });
    expect(recording.seen).toMatchObject({ method: 'PATCH', path: `/cvms/${cvmId}` });
    expect(recording.marks).toEqual({ 'x-api-key': recording.apiKey, 'x-phala-version': '2026-01-21' });
    expect(recording.seen.body).toEqual({
      docker_compose_file: 'services: {}\n',
      pre_launch_script: '#!/bin/sh\n',
      allowed_envs: ['API_KEY'],
      public_logs: false,
      public_sysinfo: true,
      public_tcbinfo: false,
      encrypted_env: encryptedEnv,
      user_config: '{"a":1}',
      gpus: { gpus: [{ slot: '0000:41:00.0', product_id: 'H100' }], attach_mode: 'listed' },
      vcpu: 4,
      memory: 8192,
      disk_size: 100,
      image: 'dstack-0.5.5',
      shutdown_timeout: 60,
      allow_force_stop: true,
    });
  });

  it('tells what is left out from what is null: null is a value of its own', async () => {
    await patchCvm(recording.api, {
      cvmId,
      update: { shutdownTimeout: null, preLaunchScript: '' },
      prepareOnly: false,
    });
    expect(recording.seen.body).toEqual({ shutdown_timeout: null, pre_launch_script: '' });
  });

  it('asks by X-Prepare-Only for a plan, and reads it with its token', async () => {
    recording.answers(values.registrationRequired(values.preparation), 465);
    const answer = await patchCvm(recording.api, { cvmId, update: { publicLogs: true }, prepareOnly: true });
    expect(recording.marks).toMatchObject({ 'x-prepare-only': 'true' });
    expect(answer).toMatchObject({
      outcome: 'prepared',
      preparation: { compose_hash: composeHash, app_id: values.appId, commit_token: values.commitToken },
    });
  });

  it.each([
    ['with a correlation id', { correlation_id: 'corr_1' }, { outcome: 'accepted', correlationId: 'corr_1' }],
    ['without one', {}, { outcome: 'accepted', correlationId: null }],
    ['where nothing changes', { status: 'no_change' }, { outcome: 'noChange' }],
  ])('reads a 202 %s', async (_case, body, expected) => {
    recording.answers(body, 202);
    expect(await patchCvm(recording.api, { cvmId, update: { vcpu: 2 }, prepareOnly: false })).toEqual(expected);
  });

  it('repeats no encrypted environment in an error', async () => {
    recording.answers({ detail: `cannot decrypt ${encryptedEnv}` }, 400);
    const failure = await failureOf(patchCvm(recording.api, { cvmId, update: { encryptedEnv }, prepareOnly: false }));
    expect(failure.message).toContain('cannot decrypt [redacted]');
  });
});

describe('PATCH /cvms/{cvm_id} as a commit', () => {
  it('names hash and transaction in headers, with the API key and an empty object as body', async () => {
    recording.answers({ correlation_id: 'corr_2' }, 202);
    const committed = await commitByHeaders(recording.api, { cvmId, composeHash, transactionHash });
    expect(committed).toEqual({ correlationId: 'corr_2' });
    expect(recording.seen).toMatchObject({ method: 'PATCH', path: `/cvms/${cvmId}`, body: {} });
    expect(recording.marks).toEqual({
      'x-api-key': recording.apiKey,
      'x-phala-version': '2026-01-21',
      'x-compose-hash': composeHash,
      'x-transaction-hash': transactionHash,
    });
  });
});
