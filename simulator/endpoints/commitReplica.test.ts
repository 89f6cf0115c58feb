import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deviceIdOf } from '../appComposeHash.js';
import type { SimulatedCvm } from '../simulatedCvm.js';
import type { CvmDefinition } from '../state/cvm.js';
import type { Reply } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';
import { composeFile, errorDetails, useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const TWO_WEEKS = 14 * 24 * 3600 * 1000;
const TARGET = deviceIdOf({ nodeId: 2 });

const world = useSimulatorOnChain();

async function prepare(source: SimulatedCvm, body: object = {}): Promise<string> {
  const path = `/cvms/${source.vmUuid}/replicas`;
  const reply = await world.request('POST', path, { node_id: 2, ...body }, { 'x-prepare-only': 'true' });
  return z.object({ commit_token: z.string() }).parse(errorDetails(reply.body)).commit_token;
}

/** A CVM with a replica on node 2 prepared and, unless told otherwise, its device registered. */
async function prepared({ registered = true, ...more }: Partial<CvmDefinition> & { registered?: boolean } = {}) {
  const { cvm, app } = await world.addOnChainCvm(more);
  const token = await prepare(cvm);
  const addDevice = registered ? await app.addDevice(TARGET) : undefined;
  return { cvm, app, token, addDevice };
}

function commit(source: SimulatedCvm, body: unknown, query = ''): Promise<Reply> {
  return world.request('POST', `/cvms/${source.vmUuid}/commit-replica${query}`, body, { 'x-api-key': '' });
}

function replicasOf(source: SimulatedCvm): readonly SimulatedCvm[] {
  return world.simulator.cvms().filter(({ creation }) => creation?.sourceVmUuid === source.vmUuid);
}

const expired = { status: 466, body: { error_code: 'ERR-01-006' } };
const unverified = { status: 467, body: { error_code: 'ERR-01-007' } };

test('with all registered the replica is made on the prepared node, without an API key, and the source stays as it is', async () => {
  const { cvm, token } = await prepared();
  const reply = await commit(cvm, { token, compose_hash: cvm.composeHash, transaction_hash: 'already-registered' });
  expect([reply.status, schemaProblems('VM', reply.body)]).toEqual([200, []]);
  const [replica] = replicasOf(cvm);
  expect(reply.body).toMatchObject({ vm_uuid: replica?.vmUuid, status: 'starting', teepod_id: 2 });
  await world.finishOperation();
  expect(replica).toMatchObject({ status: 'running', nodeId: 2, deviceId: TARGET, bootedComposeHash: cvm.composeHash });
  expect(replica?.creation).toMatchObject({ via: 'token', transactionHash: 'already-registered', nodeId: 2 });
  expect(cvm).toMatchObject({ status: 'running', commits: [] });
});

test('the token is enough: in the query, without a body, with the state alone as proof', async () => {
  const { cvm, token } = await prepared();
  expect(await commit(cvm, undefined, `?token=${token}`)).toMatchObject({ status: 200 });
});

test('a hash-required 465 gives a token as good as a prepared one', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const { body } = await world.request('POST', `/cvms/${cvm.vmUuid}/replicas`, { node_id: 2 });
  await app.addDevice(TARGET);
  expect(await commit(cvm, { token: errorDetails(body)['commit_token'] })).toMatchObject({ status: 200 });
});

describe('466', () => {
  test('a token is good for one replica, also of ten commits at once', async () => {
    const { cvm, token } = await prepared();
    const replies = await Promise.all(Array.from({ length: 10 }, () => commit(cvm, { token })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(466)]);
    expect(await commit(cvm, { token })).toMatchObject(expired);
    expect(replicasOf(cvm)).toHaveLength(1);
  });

  test('after a lost reply nothing but the list of CVMs tells that it took effect', async () => {
    const { cvm, token } = await prepared();
    world.simulator.faults.add({
      endpoint: 'commitReplica',
      cvm: cvm.vmUuid,
      what: { kind: 'loseReply', by: 'reset' },
    });
    await expect(commit(cvm, { token })).rejects.toThrow();
    expect(await commit(cvm, { token })).toMatchObject(expired);
    expect(await world.get(`/apps/${cvm.appId}/cvms`)).toMatchObject({ body: { length: 2 } });
  });

  test('another hash, no token, an unknown one, that of another source', async () => {
    const { cvm, token } = await prepared();
    const other = await prepared();
    for (const body of [{ token, compose_hash: `0x${'22'.repeat(32)}` }, {}, { token: 'no' }, { token: other.token }]) {
      expect(await commit(cvm, body)).toMatchObject(expired);
    }
    expect(await commit(cvm, { token }), 'none of these used it up').toMatchObject({ status: 200 });
  });

  test('a token expires after 14 days of the simulator’s clock', async () => {
    const { cvm, token } = await prepared();
    await world.simulator.clock.advance(TWO_WEEKS);
    expect(await commit(cvm, { token })).toMatchObject(expired);
  });

  test('update tokens and replica tokens do not open each other’s, nor end them', async () => {
    const { cvm, app, token } = await prepared();
    const update = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
    await app.addComposeHash(update.composeHash);
    expect(await commit(cvm, { token: update.token })).toMatchObject(expired);
    expect(await world.commit(cvm, { token })).toMatchObject(expired);
    expect(await commit(cvm, { token })).toMatchObject({ status: 200 });
    expect(await world.commit(cvm, { token: update.token })).toMatchObject({ status: 202 });
  });

  test('a document that the source no longer has', async () => {
    const { cvm, app, token } = await prepared();
    const update = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
    await app.addComposeHash(update.composeHash);
    await world.commit(cvm, { token: update.token });
    expect(await commit(cvm, { token })).toMatchObject(expired);
  });
});

describe('a newer prepare of the same source', () => {
  test('THE TRAP: leaves the older token alone, and both make a CVM', async () => {
    const { cvm, token } = await prepared();
    const newer = await prepare(cvm);
    expect([await commit(cvm, { token }), await commit(cvm, { token: newer })]).toMatchObject([
      { status: 200 },
      { status: 200 },
    ]);
    expect(replicasOf(cvm)).toHaveLength(2);
  });

  test('or ends it, on a server that does', async () => {
    const { cvm, token } = await prepared({ quirks: { replicaPrepare: 'supersedes' } });
    const newer = await prepare(cvm);
    expect(await commit(cvm, { token })).toMatchObject(expired);
    expect(await commit(cvm, { token: newer })).toMatchObject({ status: 200 });
    expect(world.simulator.ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toMatchObject([
      { kind: 'replica', supersededAt: expect.any(Date), usedAt: undefined },
      { kind: 'replica', supersededAt: undefined, usedAt: expect.any(Date) },
    ]);
  });
});

describe('what the world.chain says', () => {
  test('467: the transaction that added the device shows no compose hash, nor does one that reverted', async () => {
    const { cvm, app, token, addDevice } = await prepared();
    const reverted = await app.failToAddComposeHash(cvm.composeHash);
    for (const transactionHash of [addDevice, reverted, 'not a hash', `0x${'33'.repeat(32)}`]) {
      expect(await commit(cvm, { token, transaction_hash: transactionHash })).toMatchObject(unverified);
    }
    const added = await app.addComposeHash(cvm.composeHash);
    expect(await commit(cvm, { token, transaction_hash: added })).toMatchObject({ status: 200 });
  });

  test('465 while the device is missing, with the same token to commit with later', async () => {
    const { cvm, app, token } = await prepared({ registered: false });
    const reply = await commit(cvm, { token });
    expect(reply).toMatchObject({ status: 465, body: { error_code: 'ERR-01-005' } });
    expect(errorDetails(reply.body)).toMatchObject({
      commit_token: token,
      device_id: TARGET,
      onchain_status: { compose_hash_allowed: true, device_id_allowed: false },
    });
    await app.addDevice(TARGET);
    expect(await commit(cvm, { token })).toMatchObject({ status: 200 });
  });

  test('468 while the hash is missing; by a quirk 465', async () => {
    const { cvm, app, token } = await prepared();
    await app.removeComposeHash(cvm.composeHash);
    expect(await commit(cvm, { token })).toMatchObject({ status: 468, body: { error_code: 'ERR-01-008' } });
    cvm.quirks = { unregisteredAtCommit: 465 };
    expect(await commit(cvm, { token })).toMatchObject({ status: 465 });
    expect(replicasOf(cvm)).toEqual([]);
  });

  test('what is taken back before the boot ends in error', async () => {
    const { cvm, app, token } = await prepared();
    await commit(cvm, { token });
    await app.removeDevice(TARGET);
    await world.finishOperation();
    expect(replicasOf(cvm)).toMatchObject([
      { status: 'error', bootError: 'Failed to request app keys: Device not allowed' },
    ]);
  });
});

test('nothing was reserved: the node may be full by then, and the token stays good', async () => {
  world.simulator.addNode({ id: 3, slots: 1 });
  const { cvm, app } = await world.addOnChainCvm();
  await app.addDevice(deviceIdOf({ nodeId: 3 }));
  const token = await prepare(cvm, { node_id: 3 });
  const intruder = world.addPhalaCvm({ nodeId: 3 });
  expect(await commit(cvm, { token })).toMatchObject({ status: 400, body: { error_code: 'ERR-02-005' } });
  intruder.remove();
  expect(await commit(cvm, { token })).toMatchObject({ status: 200 });
});

test('a source that is gone is a 404, a malformed body a 422', async () => {
  const { cvm, token } = await prepared();
  expect(await commit(cvm, { token: 5 })).toMatchObject({ status: 422 });
  cvm.remove();
  expect(await commit(cvm, { token })).toMatchObject({ status: 404, body: { error_code: 'ERR-03-001' } });
});
