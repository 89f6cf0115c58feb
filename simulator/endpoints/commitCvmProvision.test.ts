import { encryptEnvVars } from '@phala/dstack-sdk/encrypt-env-vars';
import type { Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { prefixed } from '../rules/hex.js';
import type { SimulatedCvm } from '../simulatedCvm.js';
import type { Reply } from '../testing/callApi.js';
import { deployDstackApp } from '../testing/contracts.js';
import { type DstackKms, deployDstackKms } from '../testing/dstackKms.js';
import { type LocalChain, startLocalChain } from '../testing/localChain.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';
import { composeFile, SimulatorOnChain } from '../testing/simulatorOnChain.js';

const TWO_WEEKS = 14 * 24 * 3600 * 1000;

let chain: LocalChain;
let kms: DstackKms;
let world: SimulatorOnChain;
let counter = 0;

beforeAll(async () => {
  chain = await startLocalChain();
  kms = await deployDstackKms(chain);
  world = await SimulatorOnChain.start(chain, { kmsContracts: { [chain.chainId]: kms.address } });
});

afterAll(async () => {
  await world.simulator.close();
  await chain.stop();
});

const provisionSchema = z.object({
  app_id: z.string().nullable(),
  app_env_encrypt_pubkey: z.string().nullable(),
  compose_hash: z.string(),
  device_id: z.string(),
  kms_id: z.string(),
});

/** Something provisioned, under a name of its own. */
async function provisioned(more: object = {}) {
  const name = `fresh-${++counter}`;
  const file = { name: '', docker_compose_file: composeFile('1'), allowed_envs: ['TOKEN'] };
  const { status, body } = await world.request('POST', '/cvms/provision', { name, compose_file: file, ...more });
  expect(status).toBe(200);
  const answer = provisionSchema.parse(body);
  const hashes = { composeHash: prefixed(answer.compose_hash), deviceId: prefixed(answer.device_id) };
  return { name, answer, ...hashes, commit: { app_id: answer.app_id, compose_hash: answer.compose_hash } };
}

/** The same with a KMS on chain and the app deployed through the factory. */
async function deployed(more: object = {}) {
  const fresh = await provisioned({ kms: 'ETHEREUM', ...more });
  const app = await kms.deployApp(fresh);
  return { ...fresh, app, commit: onChainCommit(fresh.answer, app.address) };
}

function onChainCommit(answer: z.infer<typeof provisionSchema>, app: Hex) {
  return {
    app_id: app,
    compose_hash: answer.compose_hash,
    kms_id: answer.kms_id,
    contract_address: app,
    deployer_address: chain.owner,
  };
}

function commit(body: object, headers?: Record<string, string>): Promise<Reply> {
  return world.request('POST', '/cvms', body, headers);
}

function cvmsNamed(name: string): readonly SimulatedCvm[] {
  return world.simulator.cvms().filter((cvm) => cvm.name === name);
}

const finish = () => world.finishOperation();

test('with the provider’s KMS: the CVM starts, and runs with its environment', async () => {
  const { name, answer, composeHash, commit: body } = await provisioned();
  const environment = [{ key: 'TOKEN', value: 's3cret' }];
  const encrypted = await encryptEnvVars(environment, answer.app_env_encrypt_pubkey ?? '');
  const reply = await commit({ ...body, encrypted_env: encrypted, env_keys: ['TOKEN'] });
  const {
    app_auth_contract_address: contract,
    deployer_address: deployer,
    ...vm
  } = reply.body as Record<string, unknown>; // read just below
  expect([reply.status, contract, deployer, schemaProblems('VM', vm)]).toEqual([200, null, null, []]);
  const [cvm] = cvmsNamed(name);
  expect(vm).toMatchObject({ id: cvm?.number, status: 'starting', vm_uuid: cvm?.vmUuid, app_id: answer.app_id });
  expect(cvm).toMatchObject({ status: 'starting', inProgress: true, bootedComposeHash: undefined, environment: {} });
  await finish();
  expect(cvm).toMatchObject({ status: 'running', bootedComposeHash: composeHash, environment: { TOKEN: 's3cret' } });
  expect(cvm?.creation).toMatchObject({
    kind: 'provision',
    via: 'direct',
    composeHash,
    nodeId: 1,
    sourceVmUuid: undefined,
  });
  expect(cvm?.commits, 'commits are those of updates').toEqual([]);
});

test('with a KMS on chain: under the app that was deployed, whose address is the app id', async () => {
  const { name, app, composeHash, commit: body } = await deployed({ node_id: 2 });
  expect(await commit(body)).toMatchObject({
    status: 200,
    body: { teepod_id: 2, app_auth_contract_address: app.address, deployer_address: chain.owner },
  });
  await finish();
  const [cvm] = cvmsNamed(name);
  expect(cvm).toMatchObject({ status: 'running', appId: app.address, nodeId: 2, bootedComposeHash: composeHash });
  expect(await world.get(`/cvms/${cvm?.vmUuid}`)).toMatchObject({
    body: {
      node_info: { id: 2, name: 'simulator-2', device_id: cvm?.deviceId.slice(2) },
      kms_info: { dstack_kms_address: kms.address, dstack_app_address: app.address },
    },
  });
});

test('an app that the caller named at provision needs neither KMS nor deployer', async () => {
  const first = await deployed();
  const { composeHash, deviceId, app } = first;
  const again = await provisioned({ name: first.name, kms: 'ETHEREUM', app_id: app.address });
  expect(again).toMatchObject({ composeHash, deviceId });
  expect(await commit(again.commit)).toMatchObject({ status: 200, body: { status: 'starting' } });
});

describe('ids by version', () => {
  test.each([
    ['2025-10-28', 'number'],
    ['2026-01-21', 'number'],
    ['2026-05-22', 'string'],
    ['2026-06-23', 'string'],
  ])('%s: %s', async (version, type) => {
    const { name, commit: body } = await provisioned();
    const reply = await commit(body, { 'x-phala-version': version });
    const { id, user_id: user } = reply.body as Record<string, unknown>; // read just below
    expect([typeof id, typeof user]).toEqual([type, type]);
    expect(id).toBe(type === 'string' ? cvmsNamed(name)[0]?.hashId : cvmsNamed(name)[0]?.number);
  });
});

describe('a second commit', () => {
  test('of the same app and hash answers with the CVM that is there, while it starts and after', async () => {
    const { name, commit: body } = await deployed();
    const replies = [await commit(body), await commit(body)];
    await finish();
    replies.push(await commit(body));
    const [cvm, ...others] = cvmsNamed(name);
    expect(others).toEqual([]);
    expect(replies.map((reply) => reply.body)).toMatchObject(Array(3).fill({ vm_uuid: cvm?.vmUuid }));
    expect(replies.at(-1)).toMatchObject({ status: 200, body: { status: 'running' } });
  });

  test('of ten at once exactly one makes a CVM', async () => {
    const { name, commit: body } = await deployed();
    const replies = await Promise.all(Array.from({ length: 10 }, () => commit(body)));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(world.simulator.ledger.creations.filter(({ vmUuid }) => vmUuid === cvmsNamed(name)[0]?.vmUuid)).toHaveLength(
      1,
    );
    expect(cvmsNamed(name)).toHaveLength(1);
  });

  test('after a lost reply finds the CVM', async () => {
    const { name, commit: body } = await deployed();
    world.simulator.faults.add({ endpoint: 'commitCvmProvision', what: { kind: 'loseReply', by: 'reset' } });
    await expect(commit(body)).rejects.toThrow();
    expect(await commit(body)).toMatchObject({ status: 200, body: { vm_uuid: cvmsNamed(name)[0]?.vmUuid } });
  });

  test('on a server that is not idempotent makes another CVM of the same name', async () => {
    const { name, commit: body } = await deployed();
    await commit(body);
    const quirks = { repeatedProvisionCommit: 'createsAnother' } as const;
    world.simulator.faults.add({ endpoint: 'commitCvmProvision', what: { kind: 'quirks', quirks } });
    expect(await commit(body)).toMatchObject({ status: 200 });
    expect(cvmsNamed(name)).toHaveLength(2);
  });

  test('or is refused because of the name, as if somebody else had taken it', async () => {
    const { name, commit: body } = await deployed();
    await commit(body);
    const [cvm] = cvmsNamed(name);
    if (cvm !== undefined) {
      cvm.quirks = { repeatedProvisionCommit: 'nameTaken' };
    }
    expect(await commit(body)).toMatchObject({ status: 409, body: { error_code: 'ERR-01-004' } });
  });

  test('after the CVM was deleted makes it again: the provision data is still there', async () => {
    const { name, commit: body } = await deployed();
    await commit(body);
    const [cvm] = cvmsNamed(name);
    expect(await world.request('DELETE', `/cvms/${cvm?.vmUuid}`)).toMatchObject({ status: 204, body: '' });
    expect(await world.get(`/cvms/${cvm?.vmUuid}`)).toMatchObject({ status: 404 });
    expect(await commit(body)).toMatchObject({ status: 200 });
    expect(cvmsNamed(name)[0]?.vmUuid).not.toBe(cvm?.vmUuid);
  });

  test('of another hash under the same app is a 409, ERR-03-007', async () => {
    const { app, commit: body } = await deployed();
    await commit(body);
    const other = await provisioned({ kms: 'ETHEREUM' });
    await app.addComposeHash(other.composeHash);
    expect(await commit(onChainCommit(other.answer, app.address))).toMatchObject({
      status: 409,
      body: { error_code: 'ERR-03-007' },
    });
  });
});

describe('refused, and nothing is made', () => {
  test('data that was never provisioned is a 422, data of 14 days ago a 400', async () => {
    const { name, commit: body } = await provisioned();
    const unknown = { ...body, compose_hash: '11'.repeat(32) };
    expect(await commit(unknown)).toMatchObject({ status: 422, body: { detail: 'Provision data not found' } });
    await world.simulator.clock.advance(TWO_WEEKS);
    expect(await commit(body)).toMatchObject({ status: 400, body: { detail: 'Provision data expired' } });
    expect(cvmsNamed(name)).toEqual([]);
  });

  test('a name that was taken since', async () => {
    const first = await provisioned();
    world.addPhalaCvm({ name: first.name });
    expect(await commit(first.commit)).toMatchObject({ status: 409, body: { error_code: 'ERR-01-004' } });
  });

  test('a node that was filled since', async () => {
    world.simulator.addNode({ id: 3, slots: 1 });
    const [first, second] = [await provisioned({ node_id: 3 }), await provisioned({ node_id: 3 })];
    expect(await commit(first.commit)).toMatchObject({ status: 200 });
    expect(await commit(second.commit)).toMatchObject({ status: 400, body: { error_code: 'ERR-02-005' } });
  });

  test('an app id, KMS, contract, deployer or environment that does not fit', async () => {
    const { name, commit: body } = await deployed();
    const { commit: phala } = await provisioned();
    for (const wrong of [
      { ...phala, app_id: chain.owner },
      { ...phala, app_id: 'payments' },
      { ...body, kms_id: 'phala-prod1' },
      { ...body, kms_id: undefined },
      { ...body, contract_address: undefined },
      { ...body, deployer_address: undefined },
      { ...body, contract_address: chain.owner },
      { ...body, deployer_address: chain.stranger },
      { ...body, encrypted_env: 'plain' },
      { ...body, compose_hash: 'short' },
    ]) {
      expect(await commit(wrong), JSON.stringify(wrong)).toMatchObject({
        status: 400,
        body: { detail: expect.any(String) },
      });
    }
    expect(cvmsNamed(name)).toEqual([]);
  });

  test('what OpenAPI requires is a 422', async () => {
    expect(await commit({ app_id: chain.owner })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'compose_hash'], type: 'missing' }] },
    });
  });
});

describe('what the chain says', () => {
  test('no contract, another contract, an app that is not registered: 400', async () => {
    const { answer, composeHash, deviceId } = await provisioned({ kms: 'ETHEREUM' });
    const unregistered = await deployDstackApp(chain, { composeHash, deviceId });
    expect(await commit(onChainCommit(answer, `0x${'12'.repeat(20)}`))).toMatchObject({ status: 400 });
    expect(await commit(onChainCommit(answer, unregistered.address))).toMatchObject({
      status: 400,
      body: { detail: 'App not registered' },
    });
    await kms.registerApp(kms.address);
    expect(await commit(onChainCommit(answer, kms.address))).toMatchObject({ status: 400 });
    await kms.registerApp(unregistered.address);
    expect(await commit(onChainCommit(answer, unregistered.address))).toMatchObject({ status: 200 });
  });

  test('a hash that is not allowed is a 468, and good once it is', async () => {
    const { app, composeHash, commit: body } = await deployed();
    await app.removeComposeHash(composeHash);
    expect(await commit(body)).toMatchObject({ status: 468, body: { error_code: 'ERR-01-008' } });
    await app.addComposeHash(composeHash);
    expect(await commit(body)).toMatchObject({ status: 200 });
  });

  test('the deployer may be the one of the factory’s event, although a Safe or another account owns the app', async () => {
    const fresh = await provisioned({ kms: 'ETHEREUM' });
    const app = await kms.deployApp({ ...fresh, owner: chain.stranger });
    expect(await commit(onChainCommit(fresh.answer, app.address))).toMatchObject({ status: 200 });
  });

  test('a device that is not allowed is found out by the boot only, and the CVM is in error', async () => {
    const { name, app, deviceId, commit: body } = await deployed();
    await app.removeDevice(deviceId);
    expect(await commit(body)).toMatchObject({ status: 200 });
    await finish();
    const [cvm] = cvmsNamed(name);
    expect(cvm).toMatchObject({
      status: 'error',
      bootError: 'Failed to request app keys: Device not allowed',
      bootedComposeHash: undefined,
    });
    expect((await world.get(`/cvms/${cvm?.vmUuid}/operations`)).body).toMatchObject({
      items: [{ operation_type: 'create', status: 'failed' }],
    });
  });

  test('an operation can be made to fail', async () => {
    const { name, commit: body } = await provisioned();
    const what = { kind: 'operationFails', message: 'no luck' } as const;
    world.simulator.faults.add({ endpoint: 'commitCvmProvision', what });
    await commit(body);
    await finish();
    expect(cvmsNamed(name)[0]).toMatchObject({ status: 'error', bootError: 'no luck' });
  });
});
