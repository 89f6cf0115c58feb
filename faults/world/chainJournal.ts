import { createPublicClient, type Hex, http, type PublicClient, parseAbi } from 'viem';
import { reorg } from '../../stack/localChain/faults.js';
import { Line } from './turns.js';

const events = parseAbi([
  'event ComposeHashAdded(bytes32 composeHash)',
  'event ComposeHashRemoved(bytes32 composeHash)',
  'event DeviceAdded(bytes32 deviceId)',
  'event DeviceRemoved(bytes32 deviceId)',
  'event AllowAnyDeviceSet(bool allowAny)',
  'event AppDeployedViaFactory(address indexed appId, address indexed deployer)',
]);

/** Something that a contract said, from when it could be seen to when a reorganisation took it away. */
export interface ChainEvent {
  /** Block hash and log index: the same call in another block is another event. */
  readonly key: string;
  readonly name: (typeof events)[number]['name'];
  readonly contract: Hex;
  /** The first argument, in lower case. */
  readonly value: string;
  readonly transactionHash: Hex;
  readonly block: number;
  /** It was not there at this moment, or nobody had looked; milliseconds of this machine's clock. */
  readonly notBefore: number;
  /** It was there at this moment. */
  readonly seenAt: number;
  /** Moment at which it was seen to be gone; null: it stands. */
  droppedAt: number | null;
}

/** Milliseconds between two looks. */
const interval = 150;
/** Blocks that a reorganisation may replace, and more. */
const deepest = 20n;

/**
 * Everything that the contracts of a chain ever said, also what a reorganisation has dropped. Read from the chain's own
 * logs, by somebody who knows nothing of the engine.
 */
export class ChainJournal {
  readonly events: ChainEvent[] = [];
  reorgs = 0;
  private readonly client: PublicClient;
  private readonly line = new Line();
  private next = 0n;
  private lastLook = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly rpcUrl: string) {
    this.client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
  }

  start(): void {
    this.timer = setInterval(() => void this.catchUp().catch(() => {}), interval);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Reads what is new. */
  catchUp(): Promise<void> {
    return this.line.take(() => this.read());
  }

  /** Replaces the last blocks, and notes what that takes away. What is kept is mined again in the newest block. */
  reorganise(depth: number, keep: 'drop' | 'move'): Promise<void> {
    return this.line.take(async () => {
      // Before the events are read: what is kept has been seen where it was first.
      const head = await this.client.getBlockNumber();
      await this.read();
      const kept = keep === 'move' ? await this.transactionsFrom(head - BigInt(depth) + 1n, head) : [];
      await reorg(
        this.rpcUrl,
        depth,
        kept.map((transaction) => ({ transaction, blockIndex: depth - 1 })),
      );
      this.reorgs++;
      await this.read();
    });
  }

  /** What a contract said with this value, dropped or not, oldest first. */
  of(name: ChainEvent['name'], contract: Hex | null, value: string): readonly ChainEvent[] {
    const wanted = value.toLowerCase();
    return this.events.filter(
      (event) =>
        event.name === name &&
        event.value === wanted &&
        (contract === null || event.contract === contract.toLowerCase()),
    );
  }

  /**
   * Reads the newest blocks once more each time. What stands in none of them any more was dropped: that shows by itself,
   * whoever reorganised the chain, and also where the answer to that was lost.
   */
  private async read(): Promise<void> {
    const looked = Date.now();
    const head = await this.client.getBlockNumber();
    const fromBlock = this.next > deepest ? this.next - deepest : 0n;
    const logs = await this.client.getLogs({ events, fromBlock, toBlock: head, strict: true });
    const seenAt = Date.now();
    const stand = new Map<string, (typeof logs)[number]>(logs.map((log) => [`${log.blockHash}/${log.logIndex}`, log]));
    for (const event of this.events) {
      if (event.droppedAt !== null || event.block < fromBlock) continue;
      // Deleted: what is left afterwards is new.
      if (!stand.delete(event.key)) event.droppedAt = seenAt;
    }
    for (const [key, { eventName, address, args, transactionHash, blockNumber }] of stand) {
      this.events.push({
        key,
        name: eventName,
        contract: lower(address),
        value: String(Object.values(args)[0]).toLowerCase(),
        transactionHash,
        block: Number(blockNumber),
        notBefore: this.lastLook,
        seenAt,
        droppedAt: null,
      });
    }
    this.next = head + 1n;
    this.lastLook = looked;
  }

  private async transactionsFrom(from: bigint, to: bigint): Promise<Hex[]> {
    const raw: Hex[] = [];
    for (let blockNumber = from; blockNumber <= to; blockNumber++) {
      const { transactions } = await this.client.getBlock({ blockNumber });
      // viem types only the methods of the standard; this one is as old, and answers the signed bytes.
      for (const hash of transactions)
        raw.push(
          (await this.client.request({
            method: 'eth_getRawTransactionByHash' as never,
            params: [hash] as never,
          })) as Hex,
        );
    }
    return raw;
  }
}

/** Lower case keeps the form. */
const lower = (hex: Hex): Hex => hex.toLowerCase() as Hex;
