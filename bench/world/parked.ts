import { randomUUID } from 'node:crypto';
import { appComposeHash } from '../../simulator/appComposeHash.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import type { Side, Undertaken } from './side.js';
import { registrationOf } from './subject.js';
import type { BenchWorld } from './world.js';

/** Updates that wait for one and the same registration: an app of many CVMs gets a new configuration. */
export interface Parked {
  readonly updates: readonly Undertaken[];
  /** Registers what all of them wait for, in one block. */
  register(): Promise<`0x${string}`>;
  /** How many of them were committed. */
  committed(): number;
}

/** Updates that are started at a time. */
const atATime = 20;
/** The accounts that nothing else of the cloud sends from. */
const firstOwner = 6;

/** Has updates of so many CVMs of one app wait for their registration. */
export async function park({ cloud }: Pick<BenchWorld, 'cloud'>, side: Side, count: number): Promise<Parked> {
  const { anvil, simulator, kmsContract } = cloud;
  const owner = anvil.accounts[firstOwner];
  if (!owner) throw new Error('The chain has too few accounts.');
  const name = `parked-${randomUUID().slice(0, 8)}`;
  const definition = { name, dockerComposeFile: 'services: {}\n' };
  const first = await cloud.addCvm(owner.address, name, definition);
  const { appId: appContract } = first;
  const kms = { kind: 'onchain', chainId: anvil.chainId, appContract, kmsContract } as const;
  const cvms = [first, ...Array.from({ length: count - 1 }, () => simulator.addCvm({ ...definition, kms }))];
  const dockerComposeFile = `services:\n  web:\n    image: nginx:${randomUUID()}\n`;

  const updates: Undertaken[] = [];
  const left = [...cvms];
  const lane = async (): Promise<void> => {
    for (let cvm = left.pop(); cvm; cvm = left.pop()) {
      const update = await side.start({ cvm }, { dockerComposeFile, unregistered: true });
      await update.untilWaiting();
      updates.push(update);
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));

  const ids = new Set(cvms.map(({ vmUuid }) => vmUuid));
  const data = registrationOf(appComposeHash({ name, dockerComposeFile }));
  return {
    updates,
    register: () => sendCall({ rpcUrl: anvil.rpcUrl, to: appContract, data, sender: owner.privateKey }),
    committed: () => simulator.ledger.effectiveCommits.filter(({ cvmId }) => ids.has(cvmId)).length,
  };
}
