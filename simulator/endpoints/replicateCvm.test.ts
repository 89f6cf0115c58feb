import { encryptEnvVars } from '@phala/dstack-sdk/encrypt-env-vars';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceIdOf } from '../appComposeHash.js';
import type { SimulatedCvm } from '../simulatedCvm.js';
import type { CvmDefinition } from '../state/cvm.js';
import type { Reply } from '../testing/callApi.js';
import { type LocalChain, startLocalChain } from '../testing/localChain.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';
import { composeFile, errorDetails, SimulatorOnChain } from '../testing/simulatorOnChain.js';

const PREPARE_ONLY = { 'x-prepare-only': 'true' };

let chain: LocalChain;
let world: SimulatorOnChain;
let counter = 0;

beforeAll(async () => {
  chain = await startLocalChain();
  world = await SimulatorOnChain.start(chain);
});

afterAll(async () => {
  await world.simulator.close();
  await chain.stop();
});

/** A CVM without on-chain KMS, in an app of its own: its id comes from the document, and so from the name. */
function addSource(more: Partial<CvmDefinition> = {}): SimulatedCvm {
  return world.addPhalaCvm({ name: `origin-${++counter}`, ...more });
}

function replicate(source: SimulatedCvm, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
  return world.request('POST', `/cvms/${source.vmUuid}/replicas`, body, headers);
}

function replicasOf(source: SimulatedCvm): readonly SimulatedCvm[] {
  return world.simulator.cvms().filter(({ creation }) => creation?.sourceVmUuid === source.vmUuid);
}

describe('without on-chain KMS', () => {
  test.each([undefined, null, {}, { node_id: null }])('body %o: a copy on the source’s node', async (body) => {
    const source = addSource({ nodeId: 2 });
    const reply = await replicate(source, body);
    expect([reply.status, schemaProblems('VM', reply.body)]).toEqual([200, []]);
    const [replica] = replicasOf(source);
    expect(reply.body).toMatchObject({ vm_uuid: replica?.vmUuid, status: 'starting', teepod: { id: 2 } });
    expect(replica).toMatchObject({
      name: expect.stringMatching(/^origin-\d+-replica-1$/),
      appId: source.appId,
      composeHash: source.composeHash,
      nodeId: 2,
      inProgress: true,
    });
    await world.finishOperation();
    expect(replica).toMatchObject({ status: 'running', bootedComposeHash: source.composeHash });
    expect(replica?.creation).toMatchObject({ kind: 'replica', via: 'direct', transactionHash: undefined });
  });

  test('THE TRAP: X-Prepare-Only does not prepare, it replicates', async () => {
    const source = addSource();
    expect(await replicate(source, { node_id: 2 }, PREPARE_ONLY)).toMatchObject({ status: 200 });
    expect(replicasOf(source)).toHaveLength(1);
  });

  test('the environment comes from the source, unless another one is given', async () => {
    const source = addSource({ allowedEnvs: ['STAGE'] });
    const encrypted = (value: string) => encryptEnvVars([{ key: 'STAGE', value }], source.environmentPublicKey);
    await world.patch(source, { encrypted_env: await encrypted('production') });
    await world.finishOperation();
    await replicate(source);
    await replicate(source, { encrypted_env: await encrypted('staging'), compose_hash: source.composeHash });
    await world.finishOperation();
    expect(replicasOf(source).map(({ environment }) => environment)).toEqual([
      { STAGE: 'production' },
      { STAGE: 'staging' },
    ]);
  });

  test('ids are hash ids from 2026-05-22 on', async () => {
    const source = addSource();
    const { body } = await replicate(source, {}, { 'x-phala-version': '2026-05-22' });
    expect(body).toMatchObject({ id: replicasOf(source)[0]?.hashId, user_id: expect.stringMatching(/^usr_/) });
  });
});

describe('with on-chain KMS', () => {
  test('where hash and device are allowed, at once', async () => {
    const { cvm } = await world.addOnChainCvm();
    expect(await replicate(cvm)).toMatchObject({ status: 200 });
    await world.finishOperation();
    expect(replicasOf(cvm)).toMatchObject([{ status: 'running', appId: cvm.appId, deviceId: cvm.deviceId }]);
    expect(world.simulator.ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toEqual([]);
  });

  test('where the target’s device is missing, a 465 that names it, and nothing is made', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const reply = await replicate(cvm, { node_id: 2 });
    expect(reply).toMatchObject({ status: 465, body: { error_code: 'ERR-01-005' } });
    const details = errorDetails(reply.body);
    expect(details).toEqual({
      compose_hash: cvm.composeHash,
      app_id: app.address,
      device_id: deviceIdOf({ nodeId: 2 }),
      kms_info: expect.objectContaining({ chain_id: chain.chainId }),
      commit_token: expect.any(String),
      commit_url: expect.stringContaining(`/cvms/${cvm.vmUuid}/confirm-replica?token=${details['commit_token']}`),
      api_commit_url: `${world.simulator.url}/cvms/${cvm.vmUuid}/commit-replica?token=${details['commit_token']}`,
      onchain_status: { compose_hash_allowed: true, device_id_allowed: false, is_allowed: false },
    });
    expect(replicasOf(cvm)).toEqual([]);
    await app.addDevice(deviceIdOf({ nodeId: 2 }));
    expect(await replicate(cvm, { teepod_id: 2 })).toMatchObject({ status: 200, body: { teepod_id: 2 } });
  });

  test('where the hash is missing, a 465 as well', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    await app.removeComposeHash(cvm.composeHash);
    expect(errorDetails((await replicate(cvm)).body)).toMatchObject({
      onchain_status: { compose_hash_allowed: false, device_id_allowed: true, is_allowed: false },
    });
  });

  test('X-Prepare-Only prepares although all is allowed, and tells the webhooks', async () => {
    const { cvm } = await world.addOnChainCvm();
    const reply = await replicate(cvm, {}, PREPARE_ONLY);
    expect(reply.status).toBe(465);
    expect(errorDetails(reply.body)).toMatchObject({ onchain_status: { is_allowed: true } });
    expect(world.simulator.ledger.preparations.at(-1)).toMatchObject({
      kind: 'replica',
      cvmId: cvm.vmUuid,
      prepareOnly: true,
      token: errorDetails(reply.body)['commit_token'],
    });
    expect(world.simulator.ledger.tokens).toContain(errorDetails(reply.body)['commit_token']);
    expect(replicasOf(cvm)).toEqual([]);
  });

  test('a server that issues no tokens, and one of old, leave no way to commit', async () => {
    for (const quirks of [{ commitToken: 'absent' }, { errorShape: 'legacy' }] as const) {
      const { cvm } = await world.addOnChainCvm({ quirks });
      const reply = await replicate(cvm, {}, PREPARE_ONLY);
      expect(reply.status).toBe(465);
      expect(JSON.stringify(reply.body)).not.toContain('commit_token');
    }
  });

  test('while the chain does not answer nothing is made: 503', async () => {
    const kms = { kind: 'onchain', chainId: 1, appContract: `0x${'ab'.repeat(20)}` } as const;
    const cvm = world.simulator.addCvm({ name: 'lonely', dockerComposeFile: composeFile('1'), kms });
    expect(await replicate(cvm)).toMatchObject({ status: 503 });
    expect(replicasOf(cvm)).toEqual([]);
  });
});

describe('which revision', () => {
  /** An app with two instances that differ in their document. */
  async function canary() {
    const { cvm: stable, app } = await world.addOnChainCvm({ name: 'stable' });
    const kms = { kind: 'onchain', chainId: chain.chainId, appContract: app.address } as const;
    const next = world.simulator.addCvm({ name: 'canary', dockerComposeFile: composeFile('2'), kms });
    await app.addComposeHash(next.composeHash);
    return { app, stable, next };
  }

  test('several live instances ask for a compose hash, however the source is addressed', async () => {
    const { app, stable } = await canary();
    const required = { status: 400, body: { error_code: 'ERR-03-009' } };
    expect(await replicate(stable)).toMatchObject(required);
    expect(await world.request('POST', `/cvms/${app.address}/replicas`, {})).toMatchObject(required);
    expect(await world.request('POST', `/apps/${app.address}/cvms/${stable.vmUuid}/replicas`, {})).toMatchObject(
      required,
    );
  });

  test('the hash decides, with or without 0x', async () => {
    const { app, stable, next } = await canary();
    await replicate(stable, { compose_hash: next.composeHash });
    await world.request('POST', `/cvms/app_${app.address.slice(2)}/replicas`, {
      compose_hash: next.composeHash.slice(2),
    });
    expect(replicasOf(next).map(({ composeHash }) => composeHash)).toEqual([next.composeHash, next.composeHash]);
    expect(replicasOf(stable)).toEqual([]);
  });

  test('a hash that no instance has is a 404, a malformed one a 422', async () => {
    const { stable } = await canary();
    expect(await replicate(stable, { compose_hash: '33'.repeat(32) })).toMatchObject({
      status: 404,
      body: { error_code: 'ERR-03-008' },
    });
    expect(await replicate(stable, { compose_hash: 'abc' })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'compose_hash'], type: 'value_error' }] },
    });
  });
});

describe('under the app', () => {
  test('the same answers', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const path = `/apps/${app.address.slice(2)}/cvms/${cvm.vmUuid.replaceAll('-', '')}/replicas`;
    expect(await world.request('POST', path, { node_id: 2 })).toMatchObject({ status: 465 });
    expect(await world.request('POST', path)).toMatchObject({ status: 200, body: { app_id: app.address.slice(2) } });
    const what = { kind: 'answer', status: 500 } as const;
    world.simulator.faults.add({ endpoint: 'replicateAppCvm', cvm: cvm.vmUuid, what });
    expect(await world.request('POST', path)).toMatchObject({ status: 500 });
  });

  test('a source that is not there is ERR-03-008, one of another app a 400', async () => {
    const [{ cvm }, { app: other }] = [await world.addOnChainCvm(), await world.addOnChainCvm()];
    const replicas = (uuid: string) => world.request('POST', `/apps/${other.address}/cvms/${uuid}/replicas`);
    expect(await replicas(crypto.randomUUID())).toMatchObject({ status: 404, body: { error_code: 'ERR-03-008' } });
    expect(await replicas(cvm.name), 'a name is no uuid').toMatchObject({ status: 404 });
    expect(await replicas(cvm.vmUuid)).toMatchObject({ status: 400, body: { detail: 'App ID mismatch' } });
  });
});

describe('the target node', () => {
  test('unknown, without the image, without the KMS, without room', async () => {
    const source = addSource({ vcpu: 4, memoryInMb: 8192 });
    const { simulator } = world;
    simulator.addNode({ id: 11, images: ['dstack-0.6.0'] });
    simulator.addNode({ id: 12, kms: [] });
    simulator.addNode({ id: 13, vcpu: 3 });
    simulator.addNode({ id: 14, memoryInMb: 8191 });
    simulator.addNode({ id: 15, slots: 0 });
    const replies = [];
    for (const node of [10, 11, 12, 13, 14, 15]) {
      replies.push(await replicate(source, { node_id: node }, PREPARE_ONLY));
    }
    expect(replies).toMatchObject([
      { status: 404, body: { error_code: 'ERR-01-001' } },
      { status: 400, body: { error_code: 'ERR-03-006' } },
      { status: 400, body: { error_code: 'ERR-02-011' } },
      { status: 400, body: { error_code: 'ERR-02-003' } },
      { status: 400, body: { error_code: 'ERR-02-004' } },
      { status: 400, body: { error_code: 'ERR-02-005' } },
    ]);
    expect(replicasOf(source)).toEqual([]);
  });

  test('an environment that is not hex is a 400', async () => {
    expect(await replicate(addSource(), { encrypted_env: 'TOKEN=x' })).toMatchObject({ status: 400 });
  });
});
