import { type Block, formatLog, type Hex, type Log, numberToHex } from 'viem';
import { type BlockHash, blockHashSchema } from '../../model/hex.js';
import type { ScannedBlock } from '../../model/watch.js';
import type { Chain } from '../chains.js';
import { refusesRange } from '../findSightings.js';
import { rpcFailure } from '../rpcFailure.js';
import { type SeenEvent, seenEvents, watchedTopics } from './watchedEvents.js';

/** A block, and the one before it. */
export interface Head extends ScannedBlock {
  readonly parentHash: BlockHash;
}

/** What a request tells of a range of blocks. */
export interface BlockRange {
  /** The last block of the range. */
  readonly to: Head;
  readonly events: readonly SeenEvent[];
  /** The newest blocks that the node calls so; null where it does not know any. */
  readonly safe: number | null;
  readonly finalized: number | null;
}

/** Blocks per request: what common RPC services allow. */
const mostBlocks = 2_000;

/** Reads a chain for its watcher. Each range is one batch of requests, whoever waits for whatever. */
export class BlockReader {
  /** Fewer where the node has refused more. */
  private blocksPerRequest = mostBlocks;

  constructor(private readonly chain: Chain) {}

  /** @throws Failure ChainUnavailable */
  async newestNumber(): Promise<number> {
    return Number(await this.chain.client.getBlockNumber().catch(unavailable));
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
  async range(from: number, upTo: number): Promise<BlockRange | null> {
    for (;;) {
      const to = Math.min(upTo, from + this.blocksPerRequest - 1);
      try {
        return await this.readRange(from, to);
      } catch (error) {
        // Some nodes count the logs instead of the blocks. One block is always served.
        if (!refusesRange(error) || to === from) throw rpcFailure(error);
        this.blocksPerRequest = Math.max(Math.floor((to - from + 1) / 2), 1);
      }
    }
  }

  private async readRange(from: number, to: number): Promise<BlockRange | null> {
    // At once, so that they go to the same node in one batch.
    const [block, safe, finalized, logs] = await Promise.all([
      this.readBlock(numberToHex(to)),
      this.readBlock('safe').catch(() => null),
      this.readBlock('finalized').catch(() => null),
      this.readLogs(from, to),
    ]);
    // A node that lacks blocks answers with fewer logs, and does not say so.
    if (block === null || logs.some(({ blockNumber }) => Number(blockNumber) > to)) return null;
    if (logs.some(({ blockNumber, blockHash }) => Number(blockNumber) === to && blockHash !== block.hash)) return null;
    // More is asked for at a time again, little by little.
    this.blocksPerRequest = Math.min(this.blocksPerRequest * 2, mostBlocks);
    return { to: block, events: seenEvents(logs), safe: safe?.number ?? null, finalized: finalized?.number ?? null };
  }

  /** Plain requests: the actions of viem make an error of a block that is not there, and know no filter by topics alone. */
  private async readBlock(at: Hex | 'safe' | 'finalized'): Promise<Head | null> {
    const block = await this.chain.client.request({ method: 'eth_getBlockByNumber', params: [at, false] });
    const { number, hash, parentHash } = (block ?? {}) as Partial<Pick<Block<Hex>, 'number' | 'hash' | 'parentHash'>>;
    if (!number || !hash || !parentHash) return null;
    return {
      number: Number(number),
      hash: blockHashSchema.parse(hash),
      parentHash: blockHashSchema.parse(parentHash),
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
