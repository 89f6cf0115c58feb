import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver({ COUNTERSIGN_TEMPORAL_UI: 'http://ui.example/' });
const rig = useRig({ notifications: receiver.environment });

const soon = { timeout: 20_000 };
const eventsOf = ({ id }: Change): readonly string[] => receiver.of(id).map(({ body }) => body.event);

it('a change that waits and ends tells so: who has to do what, signed, each with an id of its own', async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm({ ...rig.request(cvm), reason: 'release 1.4' });
  const waiting = await rig.until(change, 'awaitingRegistration');
  await expect.poll(() => eventsOf(change), soon).toEqual(['change.awaitingRegistration']);
  await rig.register(change, waiting);
  const { runId, transactionHash } = await change.result();
  await expect.poll(() => eventsOf(change), soon).toEqual(['change.awaitingRegistration', 'change.completed']);

  const [first, last] = receiver.of(change.id).map(({ body }) => body);
  expect(first).toMatchObject({
    version: 1,
    id: `${runId}/1`,
    title: `Update of ${cvm.name}`,
    runId,
    kind: 'update',
    phase: 'awaitingRegistration',
    cvmId: cvm.vmUuid,
    composeHash: waiting.composeHash,
    previousComposeHash: null,
    requestedBy: 'test',
    reason: 'release 1.4',
    deadline: waiting.deadline,
    registration: { registrar: 'safe', owner: waiting.proposal?.owner, safe: { threshold: 2, owners: 3 } },
    links: { temporal: `http://ui.example/namespaces/default/workflows/${change.id}/${runId}/history` },
    commands: expect.arrayContaining([`countersign proposal ${change.id}`]),
  });
  expect(last).toMatchObject({ id: `${runId}/2`, transactionHash, outcome: expect.stringContaining('The CVM runs') });

  for (const { raw, headers, body } of receiver.of(change.id)) {
    const signed = `${headers['x-countersign-timestamp']}.${raw}`;
    const signature = createHmac('sha256', receiver.secret).update(signed).digest('hex');
    expect(headers['x-countersign-signature']).toBe(`sha256=${signature}`);
    expect(headers['x-countersign-delivery']).toBe(body.id);
  }
});

it('a delivery that fails is made again under the same id, while the change waits', async () => {
  receiver.status = 503;
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await expect.poll(() => receiver.of(change.id).length, soon).toBe(1);
  receiver.status = 204;
  await expect.poll(() => receiver.of(change.id).length, soon).toBe(2);
  const [failed, again] = receiver.of(change.id);
  expect(again?.body).toEqual(failed?.body);
  await change.send('reject', { by: 'alice' });
  await change.result();
  await expect.poll(() => eventsOf(change).at(-1), soon).toBe('change.rejected');
});

it('costs a change eleven events at the most, however long it waits', async () => {
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await rig.register(change, await rig.until(change, 'awaitingRegistration'));
  await change.result();
  // Sixty with the task that settles the look which is not needed any more.
  expect(await rig.lengthOf(change)).toBeLessThanOrEqual(57);
});
