import { describe, expect, it } from 'vitest';
import type { PlannedCvm } from '../model/provisionRequest.js';
import { provisionCvm } from './provisionCvm.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import { appId, composeHash, deviceId } from './testing/values.js';

const recording = useRecordingApi();
const small: PlannedCvm = { name: 'my-app', compose: { dockerComposeFile: 'services: {}\n' } };
const parameters = { planned: small, kms: 'kms-base', kmsType: 'base', nodeId: null, appId: null } as const;

describe('POST /cvms/provision', () => {
  it('sends everything that a plan can say, under the API’s names', async () => {
    recording.answers({ compose_hash: composeHash });
    const planned: PlannedCvm = {
      name: 'my-app',
      compose: {
        dockerComposeFile: 'services: {}\n',
        preLaunchScript: '#!/bin/sh\n',
        allowedEnvs: ['API_KEY'],
        publicLogs: true,
        publicSysinfo: false,
        publicTcbinfo: true,
      },
      instanceType: 'tdx.small',
      vcpu: 2,
      memory: 4096,
      diskSize: 40,
      image: 'dstack-0.5.5',
      region: 'us-east',
      listed: false,
      userConfig: '{}',
      gpus: { gpus: [{ slot: '0000:41:00.0', productId: 'H100' }], attachMode: 'all' },
    };
    await provisionCvm(recording.api, { ...parameters, planned, nodeId: 6, appId });
    expect(recording.seen).toMatchObject({ method: 'POST', path: '/cvms/provision' });
    expect(recording.marks).toEqual({ 'x-api-key': recording.apiKey, 'x-phala-version': '2026-01-21' });
    expect(recording.seen.body).toEqual({
      name: 'my-app',
      compose_file: {
        name: 'my-app',
        docker_compose_file: 'services: {}\n',
        pre_launch_script: '#!/bin/sh\n',
        allowed_envs: ['API_KEY'],
        public_logs: true,
        public_sysinfo: false,
        public_tcbinfo: true,
      },
      kms: 'base',
      kms_id: 'kms-base',
      teepod_id: 6,
      app_id: 'a1'.repeat(20),
      instance_type: 'tdx.small',
      vcpu: 2,
      memory: 4096,
      disk_size: 40,
      image: 'dstack-0.5.5',
      region: 'us-east',
      listed: false,
      user_config: '{}',
      env_keys: ['API_KEY'],
      gpus: { gpus: [{ slot: '0000:41:00.0', product_id: 'H100' }], attach_mode: 'all' },
    });
  });

  it('leaves to the API what is not given', async () => {
    recording.answers({ compose_hash: composeHash });
    await provisionCvm(recording.api, parameters);
    expect(recording.seen.body).toEqual({
      name: 'my-app',
      compose_file: { name: 'my-app', docker_compose_file: 'services: {}\n' },
      kms: 'base',
      kms_id: 'kms-base',
    });
  });

  it('reads hash, app, key and device in one form, whatever form they come in', async () => {
    recording.answers({
      compose_hash: 'C0'.repeat(32),
      app_id: null,
      app_env_encrypt_pubkey: '11'.repeat(32),
      device_id: `0x${'DE'.repeat(32)}`,
      os_image_hash: 'whatever',
      of_tomorrow: { deep: true },
    });
    expect(await provisionCvm(recording.api, parameters)).toMatchObject({
      compose_hash: composeHash,
      app_id: null,
      app_env_encrypt_pubkey: '11'.repeat(32),
      device_id: deviceId,
    });
  });

  it('names the path of what is missing, and took no effect: it is a plan', async () => {
    recording.answers({ app_id: 'secret' });
    const failure = await failureOf(provisionCvm(recording.api, parameters));
    expect(failure.type).toBe('PhalaAnswerUnreadable');
    expect(failure.details.effect).toBe('none');
    expect(failure.message).toMatch(/compose_hash: .*app_id: /);
    expect(failure.message).not.toContain('secret');
  });
});
