import { describe, expect, it } from 'vitest';
import { getAppKmsInfo } from './getAppKmsInfo.js';
import { getComposeFile } from './getComposeFile.js';
import { getCvm } from './getCvm.js';
import { getEnvKey } from './getEnvKey.js';
import { listAppCvms } from './listAppCvms.js';
import { listKms } from './listKms.js';
import { listNodes } from './listNodes.js';
import { listOperations } from './listOperations.js';
import type { PhalaApi } from './phalaApi.js';
import { failureOf } from './testing/failureOf.js';
import { useRecordingApi } from './testing/recordingApi.js';
import { appId, composeHash, contract, cvmId, deviceId } from './testing/values.js';

const recording = useRecordingApi();
const app = 'a1'.repeat(20);
const key = '11'.repeat(32);

/** What the API may add at any time, at any depth. */
const unknown = { of_tomorrow: { deep: [1] } };
const cvm = { name: 'my-app', status: 'running', vm_uuid: cvmId.replaceAll('-', ''), compose_hash: 'C0'.repeat(32) };
const node = { teepod_id: 6, name: 'prod6', device_id: 'DE'.repeat(32) };
const kms = { id: 'kms_1', slug: 'kms-base', chain_id: 8453, kms_contract_address: 'C1'.repeat(20) };
const operation = { correlation_id: 'corr_1', operation_type: 'resize', started_at: '2026-11-07', status: 'completed' };

interface Read {
  readonly call: (api: PhalaApi) => Promise<unknown>;
  /** What is asked for, below `/api/v1`. */
  readonly path: string;
  readonly answer: unknown;
  /** What is read of it. */
  readonly read: unknown;
  /** An answer without something that is needed, and its path; null where nothing is needed. */
  readonly broken: { readonly answer: unknown; readonly path: string } | null;
}

const reads: Readonly<Record<string, Read>> = {
  getCvm: {
    call: (api) => getCvm(api, 'my app'),
    path: '/cvms/my%20app',
    answer: { ...cvm, ...unknown, kms_info: { chain_id: 8453, ...unknown } },
    read: expect.objectContaining({ vm_uuid: cvmId, compose_hash: composeHash, kms_info: { chain_id: 8453 } }),
    broken: { answer: { ...cvm, vm_uuid: 'secret' }, path: 'vm_uuid' },
  },
  listAppCvms: {
    call: (api) => listAppCvms(api, appId),
    path: `/apps/${app}/cvms`,
    answer: [{ ...cvm, ...unknown }, { ...cvm, vm_uuid: null }, { name: 'not placed yet' }],
    read: { cvms: [expect.objectContaining({ vm_uuid: cvmId })], unplaced: [{ vm_uuid: null, status: 'running' }, {}] },
    broken: { answer: [cvm, { ...cvm, vm_uuid: 'secret' }], path: '1.vm_uuid' },
  },
  listNodes: {
    call: (api) => listNodes(api),
    path: '/teepods/available',
    answer: { tier: 'free', nodes: [{ ...node, ...unknown }], ...unknown },
    read: [{ ...node, device_id: deviceId }],
    broken: { answer: { nodes: [{ name: 'secret' }] }, path: 'nodes.0.teepod_id' },
  },
  listKms: {
    call: (api) => listKms(api),
    path: '/kms?page=1&page_size=100',
    answer: { items: [{ ...kms, ...unknown }], total: 1, ...unknown },
    read: [{ ...kms, kms_contract_address: contract }],
    broken: { answer: { items: [{ ...kms, kms_contract_address: 'secret' }] }, path: 'items.0.kms_contract_address' },
  },
  getEnvKey: {
    call: (api) => getEnvKey(api, 'kms base', appId),
    path: `/kms/kms%20base/pubkey/${app}`,
    answer: { public_key: `0x${key}`, signature: '22', ...unknown },
    read: key,
    broken: { answer: { public_key: 'secret' }, path: 'public_key' },
  },
  getAppKmsInfo: {
    call: (api) => getAppKmsInfo(api, appId),
    path: `/apps/${app}/kms-info`,
    answer: { is_onchain_kms: true, chain_id: 8453, app_contract_address: 'C1'.repeat(20), ...unknown },
    read: { is_onchain_kms: true, chain_id: 8453, app_contract_address: contract },
    broken: { answer: { app_contract_address: 'secret' }, path: 'app_contract_address' },
  },
  getComposeFile: {
    call: (api) => getComposeFile(api, cvmId),
    path: `/cvms/${cvmId}/compose_file`,
    answer: { docker_compose_file: 'services: {}\n', ...unknown },
    read: { docker_compose_file: 'services: {}\n', ...unknown },
    broken: null,
  },
  listOperations: {
    call: (api) => listOperations(api, cvmId, { limit: 5 }),
    path: `/cvms/${cvmId}/operations?limit=5`,
    answer: { items: [{ ...operation, ...unknown, compose_hash: 'not a hash' }], ...unknown },
    read: [{ ...operation, compose_hash: null }],
    broken: { answer: { items: [{ ...operation, status: null }] }, path: 'items.0.status' },
  },
};

describe.each(Object.entries(reads))('%s', (_name, { call, path, answer, read }) => {
  it('asks once, with the key and the pinned version, and sends no body', async () => {
    recording.answers(answer);
    await call(recording.api);
    expect(recording.seen).toMatchObject({ method: 'GET', path, body: undefined });
    expect(recording.marks).toEqual({ 'x-api-key': recording.apiKey, 'x-phala-version': '2026-01-21' });
  });

  it('reads what it knows, in one form, and tolerates what it does not', async () => {
    recording.answers(answer);
    expect(await call(recording.api)).toEqual(read);
  });
});

describe('an answer that cannot be read', () => {
  const needing = Object.entries(reads).flatMap(([name, { call, broken }]) => (broken ? [{ name, call, broken }] : []));

  it.each(needing)('is named by its path, and not its value: $name', async ({ call, broken }) => {
    recording.answers(broken.answer);
    const failure = await failureOf(call(recording.api));
    expect(failure.type).toBe('PhalaAnswerUnreadable');
    expect(failure.message).toContain(` ${broken.path}: `);
    expect(failure.message).not.toContain('secret');
    expect(failure.details.effect).toBe('none');
  });
});

describe('a CVM that no node has yet', () => {
  it('is one to wait for, and no answer in an unknown shape', async () => {
    recording.answers({ ...cvm, vm_uuid: null });
    const failure = await failureOf(getCvm(recording.api, 'my-app'));
    expect(failure.type).toBe('OperationPending');
  });
});

describe('a 404', () => {
  it.each([
    ['getCvm', 'CvmNotFound'],
    ['listAppCvms', 'AppNotFound'],
    ['getAppKmsInfo', 'AppNotFound'],
    ['getEnvKey', 'KmsNotFound'],
  ])('to %s is %s', async (name, type) => {
    recording.answers({ detail: 'not found' }, 404);
    const failure = await failureOf(reads[name]?.call(recording.api) ?? Promise.resolve());
    expect(failure.type).toBe(type);
  });
});
