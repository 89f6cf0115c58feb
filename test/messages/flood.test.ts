import { expect, it } from 'vitest';
import { transactionHashSignal } from '../../model/messages.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** What a server accepts for one execution (dynamic configuration `history.maximumSignalsPerExecution`). */
const signals = 10_000;
/** Where a server ends an execution (`limit.historyCount.error`). */
const historyLimit = 51_200;
const atATime = 250;

/** Well-formed, of no transaction; each tenth is malformed. */
const delivered = (index: number): unknown =>
  index % 10 === 0 ? { malformed: index } : `0x${index.toString(16).padStart(64, '0')}`;

it('ten thousand signals keep a change from nothing, and its history within the limits', async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  const waiting = await rig.until(change, 'awaitingRegistration');
  const handle = rig.client.workflow.getHandle(change.id);
  for (let sent = 0; sent < signals; sent += atATime) {
    const some = Array.from({ length: atATime }, (_, index) => delivered(sent + index));
    await Promise.all(some.map((hash) => handle.signal(transactionHashSignal, hash)));
  }
  const transactionHash = await rig.signAndExecute(waiting);
  // Found by its own look: a hash that comes by signal now would be one too many.
  expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
  expect(cvm.commits).toHaveLength(1);

  const { historyEvents } = await change.execution();
  expect(historyEvents).toBeGreaterThan(signals);
  expect(historyEvents).toBeLessThan(historyLimit / 2);
  const checks = (await change.status()).events.filter(({ what }) => what.startsWith('Not accepted'));
  expect(checks.length).toBeLessThanOrEqual(100);
}, 240_000);
