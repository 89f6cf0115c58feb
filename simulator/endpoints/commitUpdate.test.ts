import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { dstackAppAbi } from '../testing/contracts.js';
import { composeFile, useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const TWO_WEEKS = 14 * 24 * 3600 * 1000;

const world = useSimulatorOnChain();

/** A CVM with an update prepared and, unless told otherwise, registered. */
async function prepared({ registered = true } = {}) {
  const { cvm, app } = await world.addOnChainCvm();
  const { token, composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
  const transactionHash = registered ? await app.addComposeHash(composeHash) : undefined;
  return { cvm, app, token, composeHash, transactionHash };
}

const hashExpired = { status: 466, body: { error_code: 'ERR-01-006' } };
const transactionFailed = { status: 467, body: { error_code: 'ERR-01-007' } };

test('with the registration on world.chain the update is saved and runs, without an API key', async () => {
  const { cvm, token, composeHash, transactionHash } = await prepared();
  const reply = await world.commit(cvm, { token, compose_hash: composeHash, transaction_hash: transactionHash });
  expect(reply).toMatchObject({ status: 202, body: { status: 'pending', correlation_id: expect.any(String) } });
  expect(cvm).toMatchObject({ composeHash, status: 'updating', inProgress: true });
  expect(cvm.commits).toMatchObject([{ cvmId: cvm.vmUuid, composeHash, via: 'token', transactionHash }]);
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'running', inProgress: false, bootedComposeHash: composeHash });
});

test('the token is enough: in the query, without a body, with the state alone as proof', async () => {
  const { cvm, token } = await prepared();
  const path = `/cvms/${cvm.vmUuid}/commit-update?token=${token}`;
  expect(await world.request('POST', path, undefined, { 'x-api-key': '' })).toMatchObject({ status: 202 });
  expect(cvm.commits).toMatchObject([{ via: 'token', transactionHash: undefined }]);
});

test('"already-registered" and hashes without 0x or in upper case will do', async () => {
  const { cvm, token, composeHash } = await prepared();
  const bare = composeHash.slice(2).toUpperCase();
  expect(await world.commit(cvm, { token, compose_hash: bare, transaction_hash: 'already-registered' })).toMatchObject({
    status: 202,
  });
});

describe('466', () => {
  test('a token is good for one commit, during its operation and after', async () => {
    const { cvm, token } = await prepared();
    await world.commit(cvm, { token });
    expect(await world.commit(cvm, { token })).toMatchObject(hashExpired);
    await world.finishOperation();
    expect(await world.commit(cvm, { token })).toMatchObject(hashExpired);
    expect(cvm.commits).toHaveLength(1);
  });

  test('of ten commits of one token at once exactly one takes effect', async () => {
    const { cvm, token, transactionHash } = await prepared();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => world.commit(cvm, { token, transaction_hash: transactionHash })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([202, ...Array(9).fill(466)]);
    expect(cvm.commits).toHaveLength(1);
  });

  test('a commit by token uses up the header route as well', async () => {
    const { cvm, token, composeHash } = await prepared();
    await world.commit(cvm, { token });
    await world.finishOperation();
    expect(await world.patch(cvm, {}, { 'x-compose-hash': composeHash })).toMatchObject(hashExpired);
    expect(cvm.commits).toHaveLength(1);
  });

  test('a newer prepare of the same CVM supersedes a token, and gives the same hash for the same file', async () => {
    const { cvm, token, composeHash } = await prepared();
    const newer = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
    expect(newer.composeHash).toBe(composeHash);
    expect(await world.commit(cvm, { token })).toMatchObject(hashExpired);
    expect(await world.commit(cvm, { token: newer.token })).toMatchObject({ status: 202 });
    expect(world.simulator.ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toMatchObject([
      { token, supersededAt: expect.any(Date), usedAt: undefined },
      { token: newer.token, supersededAt: undefined, usedAt: expect.any(Date) },
    ]);
  });

  test('a token expires after 14 days of the simulator’s clock', async () => {
    const { cvm, token } = await prepared();
    await world.simulator.clock.advance(TWO_WEEKS - 60_000);
    expect(await world.get(`/cvms/${cvm.vmUuid}/commit-update?token=${token}`)).toMatchObject({ status: 200 });
    await world.simulator.clock.advance(60_000);
    expect(await world.commit(cvm, { token })).toMatchObject(hashExpired);
  });

  test('another hash than the prepared one, no token, an unknown one, that of another CVM', async () => {
    const { cvm, token } = await prepared();
    const other = await prepared();
    const otherHash = `0x${'22'.repeat(32)}`;
    for (const body of [{ token, compose_hash: otherHash }, {}, { token: 'unknown' }, { token: other.token }]) {
      expect(await world.commit(cvm, body)).toMatchObject(hashExpired);
    }
    expect(await world.commit(cvm, { token }), 'none of these used it up').toMatchObject({ status: 202 });
  });

  test('a document that has changed since: the hash it would now have is another', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const logs = await world.prepare(cvm, { public_logs: false });
    await app.addComposeHash(logs.composeHash);
    const file = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
    await app.addComposeHash(file.composeHash);
    expect(await world.patch(cvm, {}, { 'x-compose-hash': logs.composeHash })).toMatchObject({ status: 202 });
    await world.finishOperation();
    expect(await world.commit(cvm, { token: file.token })).toMatchObject(hashExpired);
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('467', () => {
  test('a transaction that is unknown, malformed, reverted, of another hash or of another contract', async () => {
    const { cvm, app, token, composeHash } = await prepared();
    const other = await world.addOnChainCvm();
    const wrong = [
      `0x${'33'.repeat(32)}`,
      'not a hash',
      await app.failToAddComposeHash(composeHash),
      await app.addComposeHash(`0x${'44'.repeat(32)}`),
      await other.app.addComposeHash(composeHash),
    ];
    for (const transactionHash of wrong) {
      expect(await world.commit(cvm, { token, transaction_hash: transactionHash })).toMatchObject(transactionFailed);
    }
    expect(cvm.commits).toEqual([]);
    expect(await world.commit(cvm, { token }), 'none of these used the token up').toMatchObject({ status: 202 });
  });

  test('not at once: a receipt that comes a moment later is found', async () => {
    const { cvm, app, token, composeHash } = await prepared();
    await world.chain.client.setAutomine(false);
    const transactionHash = await world.chain.client.writeContract({
      address: app.address,
      abi: dstackAppAbi,
      functionName: 'addComposeHash',
      args: [composeHash],
      account: world.chain.owner,
    });
    const commit = world.commit(cvm, { token, transaction_hash: transactionHash });
    await pause(100);
    await world.chain.client.setAutomine(true);
    await world.chain.client.mine({ blocks: 1 });
    expect(await commit).toMatchObject({ status: 202 });
  });
});

describe('468', () => {
  test('a hash that is not registered, or no longer; the token stays good', async () => {
    const { cvm, app, token, composeHash } = await prepared({ registered: false });
    const refused = { status: 468, body: { error_code: 'ERR-01-008' } };
    expect(await world.commit(cvm, { token })).toMatchObject(refused);
    const transactionHash = await app.addComposeHash(composeHash);
    await app.removeComposeHash(composeHash);
    expect(await world.commit(cvm, { token, transaction_hash: transactionHash })).toMatchObject(refused);
    await app.addComposeHash(composeHash);
    expect(await world.commit(cvm, { token, transaction_hash: transactionHash })).toMatchObject({ status: 202 });
  });

  test('comes before 467: the state is read before the receipt', async () => {
    const { cvm, app, token, composeHash } = await prepared({ registered: false });
    const reverted = await app.failToAddComposeHash(composeHash);
    expect(await world.commit(cvm, { token, transaction_hash: reverted })).toMatchObject({ status: 468 });
  });
});

test('409 while another operation runs, and the token stays good', async () => {
  const { cvm, token } = await prepared();
  await world.patch(cvm, { vcpu: 8 });
  expect(await world.commit(cvm, { token })).toMatchObject({ status: 409 });
  await world.finishOperation();
  expect(await world.commit(cvm, { token })).toMatchObject({ status: 202 });
});

test('a malformed body is a 422', async () => {
  const { cvm } = await prepared();
  expect(await world.commit(cvm, { token: 5 })).toMatchObject({
    status: 422,
    body: { detail: [{ loc: ['body', 'token'], type: 'string_type' }] },
  });
});

test('the confirm page can be shown with the token alone', async () => {
  const { cvm, token, composeHash } = await prepared();
  const path = `/cvms/${cvm.vmUuid}/commit-update`;
  expect(await world.get(`${path}?token=${token}`, { 'x-api-key': '' })).toMatchObject({
    status: 200,
    body: { cvm_name: 'payments', compose_hash: composeHash, expires_at: expect.any(String) },
  });
  expect(await world.get(path)).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'token'] }] } });
  expect(await world.get(`${path}?token=unknown`)).toMatchObject({ status: 466 });
});
