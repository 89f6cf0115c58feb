import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { useRig } from '../rig/rig.js';
import { addressOf, keyOf, safeOf } from '../safe/people.js';
import { confirmInQueue, inQueue, proposeInQueue, queueOf } from '../safe/queuePeople.js';
import { sightingsOf } from '../watcher/seen.js';
import { TestGateway } from './gateway.js';

const rig = useRig({ safeService: { proposerKey: () => null } });
const gateway = new TestGateway(rig);
beforeAll(() => gateway.start());
afterAll(() => gateway.close());

/** What Safe's events service sends (event_service.py, build_event_payload). */
const send = async (type: string, status: ChangeStatus, more: object = {}) => {
  const { address, transactionHash: safeTxHash } = safeOf(status);
  const event = { address, type, safeTxHash, chainId: String(rig.cloud.anvil.chainId), ...more };
  return gateway.post('/webhooks/safe', JSON.stringify(event), {
    'content-type': 'application/json',
    authorization: `Bearer ${gateway.safeSecret}`,
  });
};

const start = async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  const waiting = await rig.until(change, 'awaitingRegistration');
  // The list of changes may be a second behind.
  for (let listed = false; !listed; ) {
    for await (const { runId } of rig.countersign.list({ phase: 'awaitingRegistration', running: true })) {
      listed ||= runId === change.runId;
    }
  }
  return { change, waiting };
};

/** A look has just ended, and by itself the next one is four seconds away at least. */
async function betweenLooks(): Promise<void> {
  const { faults } = rig.safeService;
  for (let seen = faults.calls('list'), still = 0; still < 6; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = faults.calls('list');
    still = now === seen ? still + 1 : 0;
    seen = now;
  }
  const seen = faults.calls('list');
  await expect.poll(() => faults.calls('list'), { timeout: 20_000, interval: 50 }).toBeGreaterThan(seen);
  await new Promise((resolve) => setTimeout(resolve, 700));
}

const soon = (change: Change, fits: (status: ChangeStatus) => boolean) =>
  expect.poll(async () => fits(await change.status()), { timeout: 2_500 }).toBe(true);

describe('what happens in the queue of a Safe', () => {
  it('has the change whose transaction it is look at once, where it is news', async () => {
    const { change, waiting } = await start();
    await betweenLooks();
    await proposeInQueue(rig, waiting, keyOf(rig, 0));
    expect(await send('PENDING_MULTISIG_TRANSACTION', waiting)).toMatchObject({ status: 202 });
    await soon(change, (status) => inQueue(status) && safeOf(status).signatures.length === 1);

    await betweenLooks();
    const owner = addressOf(rig, 1);
    await confirmInQueue(rig, waiting, keyOf(rig, 1));
    const confirmed = { owner, timestamp: 1_800_000_000 };
    expect(await send('NEW_CONFIRMATION', waiting, confirmed)).toMatchObject({ body: { outcome: 'hinted' } });
    await soon(change, (status) => safeOf(status).signatures.length === 2);
    expect(await send('NEW_CONFIRMATION', waiting, confirmed)).toMatchObject({ body: { outcome: 'repeated' } });

    await betweenLooks();
    rig.safeService.remove(safeOf(waiting).transactionHash);
    expect(await send('DELETED_MULTISIG_TRANSACTION', waiting)).toMatchObject({ status: 202 });
    await soon(change, (status) => !inQueue(status));
    expect(queueOf(await change.status())?.times).toBe(1);
    expect(await sightingsOf(rig, change)).toEqual(Array(3).fill({ kind: 'queue' }));
    await change.send('cancel', { by: 'test' });
  });

  it('disturbs no change that knows it already, and none of another transaction', async () => {
    const { change, waiting } = await start();
    await proposeInQueue(rig, waiting, keyOf(rig, 0));
    await rig.untilStatus(change, inQueue, 'an entry in the queue');
    await rig.untilStatus(change, (status) => safeOf(status).signatures.length === 1, 'a signature');
    const known = { owner: addressOf(rig, 0) };
    for (const [type, more] of [
      ['PENDING_MULTISIG_TRANSACTION', {}],
      ['NEW_CONFIRMATION', known],
      ['DELETED_MULTISIG_TRANSACTION', { safeTxHash: `0x${'7'.repeat(64)}` }],
      ['NEW_CONFIRMATION', { safeTxHash: `0x${'7'.repeat(64)}` }],
    ] as const) {
      expect(await send(type, waiting, more)).toMatchObject({ status: 200, body: { outcome: 'ignored' } });
    }
    expect(await sightingsOf(rig, change)).toEqual([]);
    expect(await send('NEW_CONFIRMATION', waiting, { safeTxHash: 'none' })).toMatchObject({ status: 400 });
    await change.send('cancel', { by: 'test' });
  });
});
