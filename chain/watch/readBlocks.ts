import { type Block, formatLog, type Hex, type Log, numberToHex } from 'viem';
import { type BlockHash, blockHashSchema } from '../../model/hex.js';
import type { ScannedBlock } from '../../model/watch.js';
import type { Chain } from '../chains.js';
import { refusesRange } from '../findSightings.js';
import { rpcFailure } from '../rpcFailure.js';
import { mayShow } from './logsBloom.js';
import { type SeenEvent, seenEvents, watchedTopics } from './watchedEvents.js';

/** A block, and the one before it. */
export interface Head extends ScannedBlock {
  readonly parentHash: BlockHash;
  /** Whether an event that is watched for may stand in it, by what its header says. */
  readonly mayHoldEvents: boolean;
}

/** A grade of finality that a node has a name for, beside the newest block. */
export type Grade = 'safe' | 'finalized';

/** What a request tells of a range of blocks. */
export interface BlockRange {
  /** The last block of the range. */
  readonly to: Head;
  readonly events: readonly SeenEvent[];
  /** The newest block of each grade that was asked for; null where the node does not know any. */
  readonly grades: ReadonlyMap<Grade, number | null>;
}

/** Blocks per request: what common RPC services allow. */
const mostBlocks = 2_000;

/** Reads a chain for its watcher. Each range is one batch of requests, however many wait for whatever. */
export class BlockReader {
  /** Fewer where the node has refused more. */
  private blocksPerRequest = mostBlocks;

  constructor(private readonly chain: Chain) {}

  /** @returns null where the node has no block at all. @throws Failure ChainUnavailable */
  async newest(): Promise<Head | null> {
    return this.readBlock('latest').catch(unavailable);
  }

  /** @returns null where the node has no such block (yet). @throws Failure ChainUnavailable */
  async block(number: number): Promise<Head | null> {
    return this.readBlock(numberToHex(number)).catch(unavailable);
  }

  /**
   * Reads the events of a range, or of its beginning where it is too large for one request.
   *
   * @returns null where the node does not have the blocks, or has others than it said a moment ago: to be asked again
   * @throws Failure ChainUnavailable
   */
  async range(from: number, upTo: number, grades: readonly Grade[]): Promise<BlockRange | null> {
    for (;;) {
      const to = Math.min(upTo, from + this.blocksPerRequest - 1);
      try {
        return await this.readRange(from, to, grades);
      } catch (error) {
        // Some nodes count the logs instead of the blocks. One block is always served.
        if (!refusesRange(error) || to === from) throw rpcFailure(error);
        this.blocksPerRequest = Math.max(Math.floor((to - from + 1) / 2), 1);
      }
    }
  }

  private async readRange(from: number, to: number, grades: readonly Grade[]): Promise<BlockRange | null> {
    // At once, so that they go to the same node in one batch.
    const [block, logs, ...graded] = await Promise.all([
      this.readBlock(numberToHex(to)),
      this.readLogs(from, to),
      ...grades.map((grade) => this.readBlock(grade).catch(() => null)),
    ]);
    // A node that lacks blocks answers with fewer logs, and does not say so.
    if (block === null || logs.some(({ blockNumber }) => Number(blockNumber) > to)) return null;
    if (logs.some(({ blockNumber, blockHash }) => Number(blockNumber) === to && blockHash !== block.hash)) return null;
    // More is asked for at a time again, little by little.
    this.blocksPerRequest = Math.min(this.blocksPerRequest * 2, mostBlocks);
    const reached = grades.map((grade, index) => [grade, graded[index]?.number ?? null] as const);
    return { to: block, events: seenEvents(logs), grades: new Map(reached) };
  }

  /** Plain requests: the actions of viem make an error of a block that is not there, and know no filter by topics alone. */
  private async readBlock(at: Hex | Grade | 'latest'): Promise<Head | null> {
    const block = await this.chain.client.request({ method: 'eth_getBlockByNumber', params: [at, false] });
    const { number, hash, parentHash, transactions, logsBloom } = (block ?? {}) as Partial<Block<Hex>>;
    if (!number || !hash || !parentHash) return null;
    return {
      number: Number(number),
      hash: blockHashSchema.parse(hash),
      parentHash: blockHashSchema.parse(parentHash),
      mayHoldEvents: transactions?.length !== 0 && mayShow(watchedTopics, logsBloom),
    };
  }

  private async readLogs(from: number, to: number): Promise<Log<bigint, number, false>[]> {
    const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) };
    const logs = await this.chain.client.request({
      method: 'eth_getLogs',
      params: [{ ...range, topics: [[...watchedTopics]] }],
    });
    // Mined: a range ends with a number.
    return logs.map((log) => formatLog(log) as Log<bigint, number, false>);
  }
}

function unavailable(error: unknown): never {
  throw rpcFailure(error);
}
