import { createPublicClient, http } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Finality } from '../../model/policy.js';
import { mine } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';

/** Blocks come with transactions only: how deep something stands is for the test to say. */
const rig = useRig({ cloud: { chain: { slotsInAnEpoch: 3 } } });

const head = (): Promise<bigint> =>
  createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl), cacheTime: 0 }).getBlockNumber();

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How many blocks have to come on top of the registration's own. */
const depths: readonly (readonly [Finality, number])[] = [
  ['latest', 0],
  ['safe', 3],
  ['finalized', 6],
  [1, 0],
  [4, 3],
];

// One after the other: a block on top of one registration is a block on top of all.
describe('a registration', () => {
  it.each(depths)('counts at %s only when %i blocks stand on top of it', async (finality, depth) => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality } }));
    // The answer is given only when it is final, or in doubt for a while.
    void rig.register(change, await rig.until(change, 'awaitingRegistration')).catch(() => {});
    const seen = await rig.untilStatus(change, ({ registration }) => registration !== null, 'a registration');
    const registered = seen.registration?.blockNumber ?? 0;
    if (depth > 0) {
      await mine(rig.cloud.anvil.rpcUrl, depth - 1);
      expect(Number(await head()) - registered).toBe(depth - 1);
      // Long enough for another look.
      await pause(1_500);
      expect(await change.status()).toMatchObject({ phase: 'verifying', registration: { final: false } });
      expect(cvm.commits).toHaveLength(0);
      await mine(rig.cloud.anvil.rpcUrl, 1);
    }
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
    expect((await change.status()).registration).toMatchObject({ finality, final: true, blockNumber: registered });
  });

  it.each([['safe'], [3]] as const)('of a new app counts at %s only when it is as deep', async (finality) => {
    const name = rig.name();
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: 'services: {}\n' },
      kms: 'ethereum',
      requestedBy: 'test',
      policy: { finality },
    });
    await rig.until(change, 'verifying');
    await pause(1_500);
    const made = () => rig.cloud.simulator.cvms().filter((cvm) => cvm.name === name);
    expect(made()).toHaveLength(0);
    await mine(rig.cloud.anvil.rpcUrl, 3);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(made()).toHaveLength(1);
  });
});
