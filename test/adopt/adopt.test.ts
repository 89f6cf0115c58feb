import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { ChangeInProgressError, InvalidInputError, MessageRefusedError } from '../../client/errors.js';
import { sealToken } from '../../client/sealToken.js';
import { adoption, newCompose, prepareElsewhere } from '../rig/prepareElsewhere.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();
const days = (count: number): number => count * 24 * 60 * 60 * 1000;

const recordOf = async (change: Change): Promise<string> =>
  (await change.status()).events.map(({ what }) => what).join('\n');

describe('an update that was prepared elsewhere', () => {
  it('is registered, verified, committed once with its own token, and followed', async () => {
    const cvm = await rig.addCvm('safe');
    const prepared = await prepareElsewhere(rig, cvm);
    const { change, outcome } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    expect(outcome).toBe('started');
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting).toMatchObject({
      ...{ kind: 'adopt', composeHash: prepared.composeHash, hashCheck: 'notCheckable', preparations: 1 },
      proposal: { registrar: 'safe', calls: [{ method: 'addComposeHash', to: cvm.appId }] },
    });
    const result = await rig.carryOut(change);
    expect(result).toMatchObject({ kind: 'adopt', phase: 'completed', composeHash: prepared.composeHash });
    expect(cvm.commits).toMatchObject([{ via: 'token', composeHash: prepared.composeHash }]);
    expect(cvm.bootedComposeHash).toBe(prepared.composeHash);
    const { ledger } = rig.cloud.simulator;
    expect(ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toHaveLength(1);
    // Sixty with the task that settles the look which is not needed any more.
    expect(await rig.lengthOf(change)).toBeLessThanOrEqual(57);
  });

  it('has its device allowed along with the hash where the contract does not know it', async () => {
    const other = await rig.addCvm('safe');
    const { simulator, anvil, kmsContract } = rig.cloud;
    const kms = { kind: 'onchain', chainId: anvil.chainId, appContract: other.appId, kmsContract } as const;
    const cvm = simulator.addCvm({ name: rig.name(), dockerComposeFile: newCompose(), nodeId: 2, kms });
    const prepared = await prepareElsewhere(rig, cvm);
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    const { proposal } = await rig.until(change, 'awaitingRegistration');
    expect(proposal?.calls.map(({ method }) => method).toSorted()).toEqual(['addComposeHash', 'addDevice']);
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
    expect(cvm.bootedComposeHash).toBe(prepared.composeHash);
  });

  it('is followed where whoever prepared it commits it, too', async () => {
    const cvm = await rig.addCvm('safe');
    const prepared = await prepareElsewhere(rig, cvm);
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await change.send('pause', { by: 'test' });
    await rig.register(change, waiting);
    const { url } = rig.cloud.simulator;
    const body = JSON.stringify({ token: prepared.token });
    const headers = { 'content-type': 'application/json' };
    const committed = await fetch(`${url}/cvms/${cvm.vmUuid}/commit-update`, { method: 'POST', headers, body });
    expect(committed.status).toBe(202);
    await change.send('resume', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: prepared.composeHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it.each([500, 404, 401, 422])('is carried on where the API answers %i to what its token commits', async (status) => {
    const cvm = await rig.addCvm('safe');
    const prepared = await prepareElsewhere(rig, cvm);
    const what = { kind: 'answer', status, body: { detail: 'not today' } } as const;
    rig.cloud.simulator.faults.add({ endpoint: 'getCommitUpdate', cvm: cvm.vmUuid, what, times: null });
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed', composeHash: prepared.composeHash });
  });

  it('is nothing to do where the CVM runs it already', async () => {
    const cvm = await rig.addCvm('safe');
    const prepared = await prepareElsewhere(rig, cvm);
    await rig.carryOut((await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared))).change);
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    expect(await change.result()).toMatchObject({ phase: 'completed', summary: expect.stringContaining('Nothing to') });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('what cannot be adopted fails before any owner is asked', () => {
  const refused = async (change: Change, type: string): Promise<string> => {
    const error = await change.result().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ type, effect: 'none' });
    expect((await change.status()).proposal).toBeNull();
    return (error as Error).message;
  };

  it('a token that the API does not know', async () => {
    const cvm = await rig.addCvm('safe');
    const { composeHash } = await prepareElsewhere(rig, cvm);
    const request = await adoption(rig, cvm, { composeHash, token: 'not-a-token-that-was-issued' });
    const { change } = await rig.countersign.adoptUpdate(request);
    expect(await refused(change, 'CommitTokenVoid')).not.toContain('not-a-token');
  });

  it('a token for another compose hash', async () => {
    const cvm = await rig.addCvm('safe');
    const { token, composeHash } = await prepareElsewhere(rig, cvm);
    const request = await adoption(rig, cvm, { composeHash: `0x${'1'.repeat(64)}`, token });
    expect(await refused((await rig.countersign.adoptUpdate(request)).change, 'CommitTokenVoid')).toContain(
      composeHash,
    );
  });

  it('a token that was sealed for another CVM', async () => {
    const [cvm, other] = [await rig.addCvm('safe'), await rig.addCvm('safe')];
    const { token, composeHash } = await prepareElsewhere(rig, cvm);
    const sealed = await sealToken(token, await rig.countersign.sealingKey(), other.vmUuid);
    const request = { ...(await adoption(rig, cvm, { composeHash, token })), token: sealed };
    await refused((await rig.countersign.adoptUpdate(request)).change, 'RequestRefused');
  });

  it('an update of a CVM whose app no chain governs', async () => {
    const cvm = await rig.addCvm('none');
    const request = await adoption(rig, cvm, { composeHash: `0x${'1'.repeat(64)}`, token: 'any' });
    await refused((await rig.countersign.adoptUpdate(request)).change, 'RequestRefused');
    expect(cvm.commits).toEqual([]);
  });
});

describe('a request to adopt is refused before anything is sent', () => {
  const good = {
    cvmId: '6f1c2d3e-0000-4000-8000-000000000000',
    composeHash: `0x${'1'.repeat(64)}`,
    token: 'token:a..b.c.d',
    requestedBy: 'test',
  };
  it.each([
    ['cvmId', { cvmId: 'hunter2' }],
    ['composeHash', { composeHash: '0xhunter2' }],
    // In the clear: it must not get into a history.
    ['token', { token: 'hunter2' }],
    ['token', { token: 'env:hunter2..b.c.d' }],
    ['expiresAt', { expiresAt: '2026-12-01T12:00:00 hunter2' }],
    ['appId', { appId: 'hunter2' }],
    ['deviceId', { deviceId: 'hunter2' }],
    ['hunter', { hunter: 2 }],
  ])('by the name of %s, and without its value', async (field, fields) => {
    const error = await rig.countersign.adoptUpdate({ ...good, ...fields }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain(field);
    expect((error as Error).message).not.toContain('hunter2');
  });

  it('and a token is sealed for a CVM that is named by its vm_uuid only', async () => {
    const key = await rig.countersign.sealingKey();
    await expect(sealToken('hunter2', key, 'my-app')).rejects.toThrow(InvalidInputError);
    await expect(sealToken(' ', key, good.cvmId)).rejects.toThrow(InvalidInputError);
  });
});

describe('a token that has become void while people signed', () => {
  /** Registered and about to be committed, with a token that commits nothing any more. */
  async function blocked(expire: (file: string) => Promise<unknown>) {
    const cvm = await rig.addCvm('safe');
    const file = newCompose();
    const prepared = await prepareElsewhere(rig, cvm, file);
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await expire(file);
    await rig.register(change, waiting);
    const status = await rig.until(change, 'blocked');
    expect(status.blocked).toMatchObject({ failure: 'CommitTokenVoid', effect: 'none' });
    expect(status.blocked?.remedy).toContain('Prepare the same update again');
    return { cvm, file, change, waiting };
  }

  it('blocks the change until it is given a fresh one, and no owner is asked twice', async () => {
    const { cvm, file, change, waiting } = await blocked(() => rig.cloud.simulator.clock.advance(days(15)));
    // Trying again does not help, and loses nothing.
    await change.send('retry', { by: 'operator' });
    await rig.until(change, 'blocked');
    const again = await prepareElsewhere(rig, cvm, file);
    expect(again.composeHash).toBe(waiting.composeHash);
    const renewed = await rig.countersign.adoptUpdate(await adoption(rig, cvm, again));
    expect(renewed).toMatchObject({ outcome: 'renewed', change: { id: change.id, runId: change.runId } });
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash }]);
    const { proposal } = await change.status();
    expect(proposal).toEqual(waiting.proposal);
    expect(await recordOf(change)).toContain('A fresh commit token was given.');
  });

  it('is followed up where somebody commits with a token of their own', async () => {
    const { cvm, file, change, waiting } = await blocked(() => rig.cloud.simulator.clock.advance(days(15)));
    const { token } = await prepareElsewhere(rig, cvm, file);
    const committed = await fetch(`${rig.cloud.simulator.url}/cvms/${cvm.vmUuid}/commit-update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    expect(committed.status).toBe(202);
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it('costs nothing where the fresh one came in time', async () => {
    const cvm = await rig.addCvm('safe');
    const file = newCompose();
    const prepared = await prepareElsewhere(rig, cvm, file);
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const again = await prepareElsewhere(rig, cvm, file);
    const request = await adoption(rig, cvm, again, { idempotencyKey: 'second' });
    expect((await rig.countersign.adoptUpdate(request)).outcome).toBe('renewed');
    // The same message once more, as after a lost reply.
    expect((await rig.countersign.adoptUpdate(request)).outcome).toBe('renewed');
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: prepared.composeHash });
    expect(cvm.commits).toHaveLength(1);
    const { events } = await change.status();
    expect(events.filter(({ what }) => what.includes('fresh commit token'))).toHaveLength(1);
    expect(await recordOf(change)).not.toContain('Blocked');
  });

  it('and that was given last, as if it were the newest, gives way to the one before it', async () => {
    const cvm = await rig.addCvm('safe');
    const file = newCompose();
    const [stale, good] = [await prepareElsewhere(rig, cvm, file), await prepareElsewhere(rig, cvm, file)];
    const expiresAt = new Date(Date.now() + days(7)).toISOString();
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, good, { expiresAt }));
    const waiting = await rig.until(change, 'awaitingRegistration');
    // By hand, and without its end: it is taken for one that was made just now.
    expect((await rig.countersign.adoptUpdate(await adoption(rig, cvm, stale))).outcome).toBe('renewed');
    expect((await change.status()).tokenExpiresAt).not.toBe(expiresAt);
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: good.composeHash });
    expect(cvm.commits).toHaveLength(1);
    expect(await recordOf(change)).not.toContain('Blocked');
  });

  it('is not replaced by an older one that comes late', async () => {
    const cvm = await rig.addCvm('safe');
    const file = newCompose();
    const [older, newer] = [await prepareElsewhere(rig, cvm, file), await prepareElsewhere(rig, cvm, file)];
    const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    const first = await adoption(rig, cvm, newer, { expiresAt: at(300) });
    const { change } = await rig.countersign.adoptUpdate(first);
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting.tokenExpiresAt).toBe(first.expiresAt);
    await rig.countersign.adoptUpdate(await adoption(rig, cvm, older, { expiresAt: at(200) }));
    expect((await change.status()).tokenExpiresAt).toBe(first.expiresAt);
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await recordOf(change)).not.toMatch(/void|fresh/);
  });
});

describe('the lock of the CVM', () => {
  it('refuses an adoption while an update runs, and an update while an adopted one does', async () => {
    const cvm = await rig.addCvm('safe');
    const own = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(own, 'awaitingRegistration');
    const prepared = await prepareElsewhere(rig, cvm);
    const adopt = async () => rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    const refused = await adopt().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ChangeInProgressError);
    expect(refused).toMatchObject({ holder: { change: own.id, runId: own.runId, kind: 'update' } });
    await own.send('cancel', { by: 'test' });
    await own.result();

    const { change } = await adopt();
    await expect(rig.countersign.updateCvm(rig.request(cvm))).rejects.toMatchObject({ holder: { kind: 'adopt' } });
    await change.send('reject', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'rejected' });
    expect(cvm.commits).toEqual([]);
  });

  it('gives a token for another hash to no change: its owners have signed for one', async () => {
    const cvm = await rig.addCvm('safe');
    const prepared = await prepareElsewhere(rig, cvm);
    const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
    await rig.until(change, 'awaitingRegistration');
    const other = await prepareElsewhere(rig, cvm);
    const refused = await rig.countersign.adoptUpdate(await adoption(rig, cvm, other)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MessageRefusedError);
    expect((refused as Error).message).toContain(other.composeHash);
    const update = await rig.countersign.change(change.id).status();
    expect(update.composeHash).toBe(prepared.composeHash);
    await change.send('cancel', { by: 'test' });
    await change.result();
  });

  it('lets no token be given to a change that prepares by itself', async () => {
    const cvm = await rig.addCvm('safe');
    const own = await rig.countersign.updateCvm(rig.request(cvm));
    const { composeHash } = await rig.until(own, 'awaitingRegistration');
    const token = await sealToken('any', await rig.countersign.sealingKey(), cvm.vmUuid);
    const renewal = own.send('renew', { by: 'test', composeHash: composeHash ?? '', token });
    await expect(renewal).rejects.toMatchObject({ type: 'MessageOutOfPlace' });
    await own.send('cancel', { by: 'test' });
  });
});
