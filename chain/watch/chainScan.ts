import type { BlockHash } from '../../model/hex.js';
import type { ScannedBlock } from '../../model/watch.js';
import type { Place } from './place.js';
import type { BlockReader, Grade, Head } from './readBlocks.js';
import type { SeenEvent } from './watchedEvents.js';

/** How far each grade of finality has come. */
export interface Horizon {
  readonly latest: number;
  /** Null where the node does not tell, and where nobody has asked. */
  readonly safe: number | null;
  readonly finalized: number | null;
}

/** What one look at the chain shows. */
export interface Look {
  readonly events: readonly SeenEvent[];
  /** Blocks after this one are not part of the chain any more, and what was in them is to be forgotten; null: none. */
  readonly droppedAfter: number | null;
  /** Null where the look showed nothing to go by. */
  readonly horizon: Horizon | null;
  /** Whether there is more to read at once. */
  readonly more: boolean;
}

const nothing: Look = { events: [], droppedAfter: null, horizon: null, more: false };

/** Blocks that are read once more with the new ones: what a lagging node left out of its answer comes now. */
export const overlap = 5;

/**
 * Follows a chain block by block. Each look costs one request, and one batch where a new block may hold events, or where
 * somebody waits for a grade of finality; after an outage it goes on where it was. Its place only moves past what was
 * read, and goes back where blocks were replaced.
 */
export class ChainScan {
  /** The newest block of the chain when it was read to its end, and what was learnt of it. */
  private known: { readonly hash: BlockHash; readonly horizon: Horizon; readonly grades: readonly Grade[] } | null =
    null;
  /** The newest block that may hold events, as far as is known: it is read again with those after it. */
  private loud: number;

  constructor(
    private readonly reader: Pick<BlockReader, 'newest' | 'block' | 'range'>,
    readonly place: Place,
  ) {
    this.loud = place.next;
  }

  /**
   * @param grades of finality that somebody waits for: only those are asked for
   * @throws Failure ChainUnavailable
   */
  async look(grades: readonly Grade[]): Promise<Look> {
    const newest = await this.reader.newest();
    if (newest === null) return nothing;
    const { known } = this;
    if (newest.hash === known?.hash && grades.every((grade) => known.grades.includes(grade))) {
      return { ...nothing, horizon: known.horizon };
    }
    return grades.length === 0 && this.isQuiet(newest) ? this.pass(newest) : this.read(newest.number, grades);
  }

  /** Whether the block is the next one, and neither it nor those that would be read again with it may hold events. */
  private isQuiet(newest: Head): boolean {
    // Where no block is remembered any one continues what was scanned: the height tells whether others are left out.
    const isNext = newest.number === this.place.next && this.place.continuedBy(newest) === true;
    return isNext && !newest.mayHoldEvents && newest.number - this.loud > overlap;
  }

  private pass(newest: Head): Look {
    this.place.advance(newest);
    const horizon = { latest: newest.number, safe: null, finalized: null };
    this.known = { hash: newest.hash, horizon, grades: [] };
    return { ...nothing, horizon };
  }

  private async read(newest: number, grades: readonly Grade[]): Promise<Look> {
    const from = Math.max(Math.min(this.place.next, newest) - overlap, 0);
    const range = await this.reader.range(from, newest, grades);
    const continues = range && (await this.continues(range.to));
    // The node lags behind what was read before, or behind itself.
    if (range === null || continues === null) return nothing;
    if (!continues) {
      this.place.goBack(await this.common());
      this.known = null;
      return { ...nothing, droppedAfter: this.place.next - 1, more: true };
    }
    const { to, events, grades: reached } = range;
    // Of blocks before the last one the headers were not seen.
    if (to.number > this.place.next || to.mayHoldEvents) this.loud = Math.max(this.loud, to.number);
    if (to.number >= this.place.next) this.place.advance(to);
    const more = to.number < newest;
    const horizon = {
      latest: newest,
      safe: reached.get('safe') ?? null,
      finalized: reached.get('finalized') ?? null,
    };
    this.known = more ? null : { hash: to.hash, horizon, grades };
    return { events, droppedAfter: null, horizon, more };
  }

  /** Whether a block belongs to what was scanned; null where this node does not tell. */
  private async continues(to: Head): Promise<boolean | null> {
    const { newest } = this.place;
    if (newest === null) return true;
    if (to.number <= newest.number) {
      const scanned = this.place.at(to.number);
      return scanned && scanned.hash === to.hash;
    }
    const told = this.place.continuedBy(to);
    if (told !== null) return told;
    const again = await this.reader.block(newest.number);
    return again && again.hash === newest.hash;
  }

  /** The newest scanned block that still stands, as far as is looked. */
  private async common(): Promise<ScannedBlock | null> {
    for (const scanned of this.place.candidates()) {
      const now = await this.reader.block(scanned.number);
      if (now?.hash === scanned.hash) return scanned;
    }
    return null;
  }
}
