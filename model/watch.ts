import { z } from 'zod';
import type { SightingKind } from './awaitedOnChain.js';
import { blockHashSchema, transactionHashSchema } from './hex.js';
import { finalitySchema } from './policy.js';

const blockNumber = z.int().min(0);
const kinds = ['registration', 'ownership', 'operation', 'safeTransaction'] as const satisfies readonly SightingKind[];

/** A block that was scanned, by what it was: another hash at this height is another history. */
const scannedBlockSchema = z.object({ number: blockNumber, hash: blockHashSchema }).readonly();
export type ScannedBlock = z.output<typeof scannedBlockSchema>;

/** Something that a change waits for, in a block that is not final enough for it yet, or of which it was just told. */
const deliverySchema = z
  .object({
    change: z.string(),
    runId: z.string(),
    /** Where none of these is awaited any more, there is nothing to tell. */
    keys: z.array(z.string()).readonly(),
    kind: z.enum(kinds),
    transactionHash: transactionHashSchema,
    block: blockNumber,
    finality: finalitySchema,
    /** How often the change was told, and when last (milliseconds since the epoch). */
    told: z.int(),
    toldAt: z.int(),
  })
  .readonly();
export type Delivery = z.output<typeof deliverySchema>;

/** The last change that was woken. `at`: ISO 8601, UTC. */
const wakeSchema = z
  .object({ at: z.string(), change: z.string(), transactionHash: transactionHashSchema, block: blockNumber })
  .readonly();
export type Wake = z.output<typeof wakeSchema>;

/** The place of a watcher: all that it has to remember. What is before `next` is done, but for the deliveries. */
export const watchCursorSchema = z
  .object({
    /** The first block that is not done. */
    next: blockNumber,
    /** Of the blocks before it, oldest first; not each one. They tell a reorganisation, and where it began. */
    recent: z.array(scannedBlockSchema).readonly(),
    deliveries: z.array(deliverySchema).readonly(),
    /** How often changes were woken since the watcher was started first. */
    woken: z.int(),
    lastWake: wakeSchema.nullable(),
    /** Why chain or server cannot be asked at the moment; null where all is well. */
    trouble: z.string().nullable(),
  })
  .readonly();
export type WatchCursor = z.output<typeof watchCursorSchema>;

/** What the watcher of a chain is started with. */
export interface WatchChainInput {
  readonly chainId: number;
  /** Null: from the newest block on. */
  readonly cursor: WatchCursor | null;
}

/** The state of a watcher, as its query `status` answers it: as of the last time that it came to rest. */
export interface WatchStatus extends Pick<WatchCursor, 'woken' | 'lastWake' | 'trouble'> {
  readonly chainId: number;
  /** The newest block of which all is done; null until there is one. */
  readonly block: number | null;
  /** Changes that are to be woken when their block is final enough. */
  readonly waiting: number;
}

/** The name under which the watcher of a chain is started. */
export const watchChainType = 'watchChain';

/** Its workflow id. Each deployment watches for its own changes: those of its task queue. */
export const watcherOf = (chainId: number, taskQueue: string): string => `watch-chain-${chainId}-${taskQueue}`;
