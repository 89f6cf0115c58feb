import { privateKeyToAccount } from 'viem/accounts';
import type { Chain } from '../../chain/chains.js';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import type { SafeServiceApi } from '../../safeService/safeServiceApi.js';
import { fallbackPace, type PollPace } from '../pollDelay.js';

/** Who puts transactions into the queue: an owner of the Safe, or a delegate of one. */
export interface Proposer {
  readonly address: Address;
  readonly privateKey: Hex;
}

/** The queues that the workers use: of which chains, and with which key. */
export interface SafeQueues {
  /** Chain id → the Transaction Service of that chain. */
  readonly services: ReadonlyMap<number, SafeServiceApi>;
  /** Null: what stands there is followed, and nothing is put there. */
  readonly proposer: Proposer | null;
}

export const createSafeQueues = (
  services: ReadonlyMap<number, SafeServiceApi>,
  proposerKey: Hex | null,
): SafeQueues => ({
  services,
  proposer: proposerKey && {
    address: addressSchema.parse(privateKeyToAccount(proposerKey).address),
    privateKey: proposerKey,
  },
});

/** Of signatures in a queue no watcher of a chain tells. */
const queuePace: PollPace = { ...fallbackPace, longest: 300_000 };

/** How often to look at what is awaited from the owners of a Safe of that chain. */
export const paceOf = ({ services }: SafeQueues, { id }: Chain): PollPace =>
  services.has(id) ? queuePace : fallbackPace;
