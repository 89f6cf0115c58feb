import type { ScannedBlock } from '../../model/watch.js';
import type { Place } from './place.js';
import type { BlockReader, Head } from './readBlocks.js';
import type { SeenEvent } from './watchedEvents.js';

/** How far each grade of finality has come. */
export interface Horizon {
  readonly latest: number;
  /** Null where the node does not tell. */
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
 * Follows a chain block by block. Each look costs one request, and one batch where there is a new block; after an outage
 * it goes on where it was. Its place only moves past what was read, and goes back where blocks were replaced.
 */
export class ChainScan {
  /** The newest block of the chain when it was read to its end. */
  private known = -1;

  constructor(
    private readonly reader: Pick<BlockReader, 'newestNumber' | 'block' | 'range'>,
    readonly place: Place,
  ) {}

  /** @throws Failure ChainUnavailable */
  async look(): Promise<Look> {
    const newest = await this.reader.newestNumber();
    if (newest === this.known) return nothing;
    const from = Math.max(Math.min(this.place.next, newest) - overlap, 0);
    const range = await this.reader.range(from, newest);
    const continues = range && (await this.continues(range.to));
    // The node lags behind what was read before, or behind itself.
    if (range === null || continues === null) return nothing;
    if (!continues) {
      this.place.goBack(await this.common());
      this.known = -1;
      return { ...nothing, droppedAfter: this.place.next - 1, more: true };
    }
    const { to, events, safe, finalized } = range;
    if (to.number >= this.place.next) this.place.advance(to);
    const more = to.number < newest;
    this.known = more ? -1 : newest;
    return { events, droppedAfter: null, horizon: { latest: newest, safe, finalized }, more };
  }

  /**
   * Whether the newest scanned block is still part of the chain: at the same height another one may have taken its place,
   * which a look does not show before the next.
   *
   * @throws Failure ChainUnavailable
   */
  async stands(): Promise<boolean> {
    const { newest } = this.place;
    if (newest === null) return true;
    const now = await this.reader.block(newest.number);
    if (now?.hash === newest.hash) return true;
    this.known = -1;
    return false;
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
