import { describe, expect, it } from 'vitest';
import type { ChangeStatus } from '../../model/status.js';
import { mine, setAutomine } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';
import { registrationsOf, transactionsOfOwner } from './transactions.js';

const rig = useRig();

/**
 * An update that the owner key registers alone takes so many events, besides those of the nine workflow tasks that they
 * lead to: 60 in all, as one through a Safe.
 */
const mostEvents = 33;

describe('changes that need the same owner key at once', () => {
  it('have one transaction each, nonce after nonce, and none waits for the others', async () => {
    const cvms = await Promise.all(Array.from({ length: 10 }, () => rig.addCvm('ownerKey')));
    const before = await transactionsOfOwner(rig);
    // While no block comes: whoever waited for the transaction of another would not sign.
    const { rpcUrl } = rig.cloud.anvil;
    await setAutomine(rpcUrl, false);
    const changes = await Promise.all(cvms.map((cvm) => rig.countersign.updateCvm(rig.request(cvm))));
    const isSigned = ({ events }: ChangeStatus): boolean => events.some(({ what }) => what.startsWith('Signed'));
    await Promise.all(changes.map((change) => rig.untilStatus(change, isSigned, 'a signature')));
    await setAutomine(rpcUrl, true);
    await mine(rpcUrl);
    const results = await Promise.all(changes.map((change) => change.result()));
    expect(results.map(({ phase }) => phase)).toEqual(cvms.map(() => 'completed'));
    const sent = (await transactionsOfOwner(rig)).slice(before.length);
    expect(sent.map(({ to }) => to).toSorted()).toEqual(cvms.map(({ appId }) => appId).toSorted());
    const first = before.length;
    expect(sent.map(({ nonce }) => nonce)).toEqual(cvms.map((_, index) => first + index));
    for (const [index, cvm] of cvms.entries()) {
      expect(await registrationsOf(rig, cvm, results[index]?.composeHash ?? null)).toBe(1);
      expect(cvm.commits).toHaveLength(1);
    }
  });

  it('keep their histories short', async () => {
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('ownerKey')));
    await change.result();
    const { length } = await rig.substance(change);
    expect(length, `${length} events`).toBeLessThanOrEqual(mostEvents);
  });
});
