import { describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';
import { registrationsOf, transactionsOfOwner } from './transactions.js';

const rig = useRig();

/** An update that the owner key registers alone takes so many events; one through a Safe may take 60. */
const mostEvents = 60;

describe('changes that need the same owner key at once', () => {
  it('have one transaction each, nonce after nonce, and none waits for the others', async () => {
    const cvms = await Promise.all(Array.from({ length: 10 }, () => rig.addCvm('ownerKey')));
    const before = await transactionsOfOwner(rig);
    const began = Date.now();
    const changes = await Promise.all(cvms.map((cvm) => rig.countersign.updateCvm(rig.request(cvm))));
    const results = await Promise.all(changes.map((change) => change.result()));
    const seconds = (Date.now() - began) / 1000;
    expect(results.map(({ phase }) => phase)).toEqual(cvms.map(() => 'completed'));
    const sent = (await transactionsOfOwner(rig)).slice(before.length);
    expect(sent.map(({ to }) => to).toSorted()).toEqual(cvms.map(({ appId }) => appId).toSorted());
    const first = before.length;
    expect(sent.map(({ nonce }) => nonce)).toEqual(cvms.map((_, index) => first + index));
    for (const [index, cvm] of cvms.entries()) {
      expect(await registrationsOf(rig, cvm, results[index]?.composeHash ?? null)).toBe(1);
      expect(cvm.commits).toHaveLength(1);
    }
    // One after the other, each with its look at a mined block, they took three times as long.
    expect(seconds, `${seconds} s`).toBeLessThan(30);
  });

  it('keep their histories short', async () => {
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('ownerKey')));
    await change.result();
    const { length } = await rig.eventTypes(change);
    expect(length, `${length} events`).toBeLessThanOrEqual(mostEvents);
  });
});
