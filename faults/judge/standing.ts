import type { ChainEvent } from '../world/chainJournal.js';

/** A pair of events: one allows, the other takes it back. */
interface Entry {
  readonly added: ChainEvent['name'];
  readonly removed: ChainEvent['name'];
  readonly value: string;
}

export const hashEntry = (value: string): Entry => ({
  added: 'ComposeHashAdded',
  removed: 'ComposeHashRemoved',
  value,
});
export const deviceEntry = (value: string): Entry => ({ added: 'DeviceAdded', removed: 'DeviceRemoved', value });

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The events that brought an entry about, dropped ones included. */
export const additions = (chain: readonly ChainEvent[], { added, value }: Entry): readonly ChainEvent[] =>
  chain.filter((event) => event.name === added && same(event.value, value));

/** Whether an entry may have been brought about before a moment. */
export const mayHaveBeenAdded = (chain: readonly ChainEvent[], entry: Entry, at: number): boolean =>
  additions(chain, entry).some(({ notBefore }) => notBefore <= at);

/**
 * Whether an entry may have stood at a moment. The chain was looked at every now and then, so what lies between two
 * looks counts in favour of the accused.
 */
export function mayHaveStood(chain: readonly ChainEvent[], entry: Entry, at: number): boolean {
  const removals = chain.filter((event) => event.name === entry.removed && same(event.value, entry.value));
  return additions(chain, entry).some((addition) => {
    if (addition.notBefore > at || (addition.droppedAt !== null && addition.droppedAt < at)) return false;
    return !removals.some(
      (removal) =>
        removal.block > addition.block && removal.seenAt < at && (removal.droppedAt === null || removal.droppedAt > at),
    );
  });
}
