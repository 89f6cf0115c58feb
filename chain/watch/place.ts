import type { ScannedBlock } from '../../model/watch.js';
import type { Head } from './readBlocks.js';

/** Blocks that are remembered by their hash: how far back a reorganisation is followed exactly. */
const mostRemembered = 256;

/** Blocks that are read again where a reorganisation goes back beyond all that is remembered. */
const beyondMemory = 64;

/** Where a watcher has come to on a chain, and by which blocks. Pure: it is told of blocks, and asks for none. */
export class Place {
  private recent: ScannedBlock[];

  constructor(
    /** The first block that was not scanned. */
    public next: number,
    recent: readonly ScannedBlock[],
  ) {
    this.recent = [...recent];
  }

  /** The newest block that was scanned, by its hash. */
  get newest(): ScannedBlock | null {
    return this.recent.at(-1) ?? null;
  }

  /** Blocks that were scanned, and what they were. */
  get blocks(): readonly ScannedBlock[] {
    return this.recent;
  }

  /**
   * Whether a block continues what was scanned.
   *
   * @returns null where that cannot be told from the block alone: then the newest scanned one has to be looked at
   */
  continuedBy({ number, parentHash }: Head): boolean | null {
    const { newest } = this;
    if (newest === null) return true;
    return number === newest.number + 1 ? parentHash === newest.hash : null;
  }

  /** What was scanned of a height; null where that is not remembered. */
  at(number: number): ScannedBlock | null {
    return this.recent.find((block) => block.number === number) ?? null;
  }

  advance({ number, hash }: ScannedBlock): void {
    this.recent = [...this.recent.filter((block) => block.number < number), { number, hash }].slice(-mostRemembered);
    this.next = number + 1;
  }

  /**
   * Blocks to look at, newest first, when those after some block of them were replaced: in steps that double, for a
   * reorganisation is shallow as a rule.
   */
  candidates(): readonly ScannedBlock[] {
    const newestFirst = this.recent.toReversed();
    const picked = newestFirst.filter((_, index) => Number.isInteger(Math.log2(index + 1)));
    const [oldest] = this.recent;
    return oldest && !picked.includes(oldest) ? [...picked, oldest] : picked;
  }

  /**
   * Goes back to a block that is still part of the chain.
   *
   * @param common null where none of those that are remembered is: then from some blocks before the oldest of them on
   */
  goBack(common: ScannedBlock | null): void {
    const oldest = this.recent[0]?.number ?? this.next;
    const next = common ? common.number + 1 : Math.max(oldest - beyondMemory, 0);
    this.recent = this.recent.filter(({ number }) => number < next);
    this.next = next;
  }
}
