import {
  createPublicClient,
  custom,
  encodeAbiParameters,
  type Hex,
  keccak256,
  numberToHex,
  toEventSelector,
} from 'viem';
import type { Chain } from '../../chain/chains.js';

/** A registration in a block: which one, of many. */
export interface ScriptedEvent {
  readonly subject: Hex;
  readonly transactionHash: Hex;
}

interface ScriptedBlock {
  readonly hash: Hex;
  readonly events: readonly ScriptedEvent[];
  /** Whether others use the chain, too. */
  readonly busy: boolean;
  /** Of its logs; empty on chains that do not fill it in. */
  readonly logsBloom: Hex;
}

const contract: Hex = `0x${'a1'.repeat(20)}`;
const topic = toEventSelector('event ComposeHashAdded(bytes32 composeHash)');
/** Of another contract, which nobody watches for. */
const foreignTopic = toEventSelector('event Transfer(address,address,uint256)');
const word = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/** A chain in memory behind the interface of a node: it forks, lags and fails at will, which no real node does on time. */
export class ScriptedChain {
  readonly contract = contract;
  /** Blocks that the node which answers does not have yet. */
  lag = 0;
  /** Whether requests fail. */
  down = false;
  /** Called with each request, before it is answered. */
  onRequest: () => Promise<void> = async () => {};
  /** How often each method was called. */
  readonly calls = new Map<string, number>();
  private blocks: ScriptedBlock[] = [{ hash: word(1), events: [], busy: false, logsBloom: logsBloom([]) }];
  private made = 1;

  constructor(private readonly behind = { safe: 2, finalized: 5 }) {}

  get head(): number {
    return this.blocks.length - 1;
  }

  mine(events: readonly ScriptedEvent[] = []): void {
    const made = ++this.made;
    const busy = made % 3 === 0;
    const topics = [...(busy ? [foreignTopic] : []), ...(events.length > 0 ? [topic] : [])];
    this.blocks.push({ hash: word(made), events, busy, logsBloom: logsBloom(made % 7 === 0 ? [] : topics) });
  }

  /** Takes the last blocks away, and with them what was in them. */
  drop(depth: number): readonly ScriptedEvent[] {
    const kept = Math.max(this.blocks.length - depth, 1);
    return this.blocks.splice(kept).flatMap(({ events }) => events);
  }

  /** In which block a transaction stands; null where it is in none. */
  blockOf(transactionHash: Hex): number | null {
    const index = this.blocks.findIndex(({ events }) =>
      events.some((event) => event.transactionHash === transactionHash),
    );
    return index < 0 ? null : index;
  }

  /** The newest block of a grade. */
  newest(grade: 'latest' | 'safe' | 'finalized'): number {
    return grade === 'latest' ? this.head : this.head - this.behind[grade];
  }

  chain(id: number): Chain {
    const transport = custom({ request: (request) => this.answer(request) }, { retryCount: 0 });
    return { id, client: createPublicClient({ transport, cacheTime: 0 }), multiSend: null };
  }

  private async answer({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
    await this.onRequest();
    if (this.down) throw new Error('connection reset');
    const seen = this.blocks.length - 1 - this.lag;
    const [first] = (params ?? []) as [unknown] | [];
    switch (method) {
      case 'eth_chainId':
        return '0x1';
      case 'eth_getBlockByNumber':
        return this.block(first as string, seen);
      case 'eth_getLogs': {
        const { fromBlock, toBlock } = first as { fromBlock: Hex; toBlock: Hex };
        return this.logs(Number(fromBlock), Math.min(Number(toBlock), seen));
      }
      default:
        throw new Error(`not scripted: ${method}`);
    }
  }

  private block(at: string, seen: number): object | null {
    const grades: Readonly<Record<string, number>> = { latest: 0, ...this.behind };
    const grade = grades[at];
    const number = grade === undefined ? Number(at) : seen - grade;
    const [block, parent] = [this.blocks[number], this.blocks[number - 1]];
    if (!block || number > seen || number < 0) return null;
    return {
      number: numberToHex(number),
      hash: block.hash,
      parentHash: parent?.hash ?? word(0),
      transactions: [...block.events.map((event) => event.transactionHash), ...(block.busy ? [word(0)] : [])],
      logsBloom: block.logsBloom,
    };
  }

  private logs(from: number, to: number): object[] {
    return this.blocks.slice(from, to + 1).flatMap(({ hash, events }, index) =>
      events.map(({ subject, transactionHash }) => ({
        address: contract,
        topics: [topic],
        data: encodeAbiParameters([{ type: 'bytes32' }], [subject]),
        transactionHash,
        blockHash: hash,
        blockNumber: numberToHex(from + index),
        logIndex: '0x0',
        transactionIndex: '0x0',
        removed: false,
      })),
    );
  }
}

/** The filter of a header, as the yellow paper (4.3.1) builds it: three bits of each topic, out of 2048. */
function logsBloom(topics: readonly Hex[]): Hex {
  let bits = 0n;
  for (const topic of topics) {
    const hashed = keccak256(topic, 'bytes');
    for (const index of [0, 2, 4])
      bits |= 1n << BigInt((((hashed[index] ?? 0) << 8) | (hashed[index + 1] ?? 0)) & 2047);
  }
  return numberToHex(bits, { size: 256 });
}
