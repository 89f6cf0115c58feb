import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appComposeHash, deviceIdOf } from '../appComposeHash.js';
import type { Simulator } from '../startSimulator.js';
import { startSimulator } from '../startSimulator.js';
import { callApi, type Reply } from '../testing/callApi.js';
import { composeFile } from '../testing/simulatorOnChain.js';

const KMS_CONTRACT = '0x2f83172a49584c017f2b256f0fb2dca14126ba9c';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({
    rpcUrls: {},
    kmsContracts: { 31337: KMS_CONTRACT },
    nodes: [
      { id: 1, region: 'eu', vcpu: 8, memoryInMb: 16_384, diskInGb: 100, slots: 3 },
      { id: 2, region: 'us', images: ['dstack-0.5.4', 'dstack-0.5.6'], kms: ['phala-prod1'] },
      { id: 3, region: 'full', slots: 0 },
    ],
  });
});

afterAll(() => simulator.close());

function provision(more: object = {}, headers?: Record<string, string>): Promise<Reply> {
  const file = { name: '', docker_compose_file: composeFile('1') };
  return callApi(simulator, 'POST', '/cvms/provision', { name: 'payments', compose_file: file, ...more }, headers);
}

const refused = (code: string, status = 400) => ({ status, body: { error_code: code } });

describe('the answer', () => {
  test('with the provider’s KMS: app id and key are given at once', async () => {
    const hash = appComposeHash({ name: 'payments', dockerComposeFile: composeFile('1') });
    expect(await provision()).toMatchObject({
      status: 200,
      body: {
        app_id: expect.stringMatching(/^[0-9a-f]{40}$/),
        app_env_encrypt_pubkey: expect.stringMatching(/^[0-9a-f]{64}$/),
        compose_hash: hash.slice(2),
        kms_info: expect.objectContaining({ slug: 'phala-prod1', chain_id: null }),
        kms_id: 'phala-prod1',
        fmspc: expect.any(String),
        device_id: deviceIdOf({ nodeId: 1 }).slice(2),
        os_image_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        instance_type: 'tdx.small',
        teepod_id: 1,
        node_id: 1,
      },
    });
    expect(simulator.cvms()).toEqual([]);
    expect(simulator.ledger.creations).toEqual([]);
  });

  test.each(['ETHEREUM', 'ethereum'])(
    'with a KMS on chain (%s): no app id yet, but the contract to deploy through',
    async (kms) => {
      expect(await provision({ kms })).toMatchObject({
        status: 200,
        body: {
          app_id: null,
          app_env_encrypt_pubkey: null,
          kms_id: expect.stringMatching(/^kms-31337-/),
          kms_info: { chain_id: 31337, kms_contract_address: KMS_CONTRACT },
        },
      });
    },
  );

  test('an app that is there already is named by the caller, and comes back with its key', async () => {
    const appId = '0x09cef33ca9c6e4f2b1d5a7c3e8f0b2a4d6e8f1c3';
    expect(await provision({ kms_contract: KMS_CONTRACT, app_id: appId })).toMatchObject({
      body: { app_id: appId.slice(2), app_env_encrypt_pubkey: expect.any(String) },
    });
  });

  test('the newer versions also tell the signing key of the KMS', async () => {
    const { body } = await provision({}, { 'x-phala-version': '2026-06-23' });
    expect(body).toMatchObject({ kms_info: { k256_pubkey: expect.stringMatching(/^0x0[23]/) } });
    expect(JSON.stringify(await provision())).not.toContain('k256_pubkey');
  });

  test('names and variables of the document: its own go before those of the request', async () => {
    const hashes = [];
    for (const more of [
      { compose_file: { name: '', docker_compose_file: composeFile('1') }, env_keys: ['KEY'] },
      {
        compose_file: { name: 'payments', docker_compose_file: composeFile('1'), allowed_envs: ['KEY'] },
        env_keys: ['OTHER'],
      },
    ]) {
      hashes.push((await provision(more)).body);
    }
    const hash = appComposeHash({ name: 'payments', dockerComposeFile: composeFile('1'), allowedEnvs: ['KEY'] });
    expect(hashes).toMatchObject([{ compose_hash: hash.slice(2) }, { compose_hash: hash.slice(2) }]);
  });

  test('a field that the server adds makes a hash that no client can foresee', async () => {
    const foreseen = (await provision()).body;
    simulator.faults.add({
      endpoint: 'provisionCvm',
      what: { kind: 'quirks', quirks: { serverAddedFields: { salt: 'server only' }, hexPrefix: 'always' } },
    });
    const { compose_hash: hash } = (await provision()).body as { compose_hash: string }; // checked by the pattern below
    expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(foreseen).not.toMatchObject({ compose_hash: hash.slice(2) });
  });
});

describe('app ids of the provider’s KMS', () => {
  test('are those predicted, one after another', async () => {
    const { body } = await callApi(simulator, 'GET', '/kms/phala/next_app_id?counts=2');
    const { app_ids: predicted } = body as { app_ids: { app_id: string; nonce: number }[] }; // read just below
    expect(predicted).toHaveLength(2);
    for (const { app_id } of predicted) {
      expect(await provision()).toMatchObject({ body: { app_id: app_id.slice(2) } });
    }
    const [first] = predicted;
    expect(await provision(first)).toMatchObject({ status: 200, body: { app_id: first?.app_id.slice(2) } });
    for (const wrong of [
      { app_id: first?.app_id },
      { nonce: 0 },
      { ...first, nonce: 17 },
      { ...first, app_id: 'no' },
    ]) {
      expect(await provision(wrong)).toMatchObject(refused('ERR-02-008'));
    }
  });
});

describe('the place', () => {
  test('the named node under either name, or the first that fits', async () => {
    expect(await provision({ node_id: 2 })).toMatchObject({
      body: { node_id: 2, device_id: deviceIdOf({ nodeId: 2 }).slice(2) },
    });
    expect(await provision({ teepod_id: 2 })).toMatchObject({ body: { teepod_id: 2 } });
    expect(await provision({ region: 'us' })).toMatchObject({ body: { node_id: 2 } });
    expect(await provision({ image: 'dstack-0.5.4' })).toMatchObject({ body: { node_id: 2 } });
    expect(await provision({ instance_type: 'tdx.large', memory: 32_768 }), 'too large for the first').toMatchObject({
      body: { node_id: 2, instance_type: null },
    });
  });

  test.each([
    [{ node_id: 9 }, 'ERR-01-001'],
    [{ instance_type: 'tdx.huge' }, 'ERR-02-001'],
    [{ region: 'mars' }, 'ERR-02-002'],
    [{ vcpu: 100_000 }, 'ERR-02-002'],
    [{ node_id: 1, vcpu: 9 }, 'ERR-02-003'],
    [{ node_id: 1, memory: 16_385 }, 'ERR-02-004'],
    [{ node_id: 3 }, 'ERR-02-005'],
    [{ image: 'dstack-9.9.9' }, 'ERR-02-010'],
    [{ node_id: 2, kms: 'ETHEREUM' }, 'ERR-02-011'],
    [{ kms_id: 'kms-of-nobody' }, 'ERR-02-011'],
    [{ kms: 'BASE' }, 'ERR-02-011'],
    [{ node_id: 1, image: 'dstack-0.5.6' }, 'ERR-02-013'],
  ])('%o is %s', async (more, code) => {
    expect(await provision(more)).toMatchObject(refused(code));
  });
});

describe('what is not understood', () => {
  test.each([
    [{ name: 'four' }, ['body', 'name'], 'value_error'],
    [{ name: `a${'b'.repeat(63)}` }, ['body', 'name'], 'value_error'],
    [{ name: '1-is-no-letter' }, ['body', 'name'], 'value_error'],
    [{ name: 'under_score' }, ['body', 'name'], 'value_error'],
    [{ name: undefined }, ['body', 'name'], 'missing'],
    [{ compose_file: undefined }, ['body', 'compose_file'], 'missing'],
    [{ compose_file: { docker_compose_file: '' } }, ['body', 'compose_file', 'name'], 'missing'],
    [{ compose_file: { name: '', storage_fs: 'fat' } }, ['body', 'compose_file', 'storage_fs'], 'literal_error'],
    [{ kms: 'SOLANA' }, ['body', 'kms'], 'enum'],
    [{ vcpu: '2' }, ['body', 'vcpu'], 'int_type'],
  ])('%o is a 422 as FastAPI gives it', async (more, loc, type) => {
    expect(await provision(more)).toMatchObject({
      status: 422,
      body: { detail: [{ loc, type, msg: expect.any(String) }] },
    });
  });

  test('no compose file, and one without services', async () => {
    expect(await provision({ compose_file: { name: '' } })).toMatchObject(refused('ERR-01-002'));
    const nonsense = { name: '', docker_compose_file: 'nonsense' };
    expect(await provision({ compose_file: nonsense })).toMatchObject(refused('ERR-01-003'));
  });

  test('a name that a CVM has already is a 409', async () => {
    const cvm = simulator.addCvm({ name: 'taken', dockerComposeFile: composeFile('1'), kms: { kind: 'phala' } });
    expect(await provision({ name: 'taken' })).toMatchObject({
      status: 409,
      body: { error_code: 'ERR-01-004', message: expect.stringContaining("A CVM with name 'taken'") },
    });
    cvm.remove();
    expect(await provision({ name: 'taken' })).toMatchObject({ status: 200 });
  });
});
