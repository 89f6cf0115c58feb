import { log, metricMeter } from '@temporalio/activity';
import { type Chain, requireChainId } from '../chain/chains.js';
import { ChainScan, type Horizon, overlap } from '../chain/watch/chainScan.js';
import { Place } from '../chain/watch/place.js';
import { BlockReader } from '../chain/watch/readBlocks.js';
import { Failure } from '../model/failure.js';
import type { Wake, WatchCursor } from '../model/watch.js';
import { type WaitingChanges, WakeUps } from './wakeUps.js';

/** Milliseconds between looks, at the most, while something is in the way. */
const longestPause = 15_000;

/** Made within an activity: the meter is its own. */
const createMeters = () => ({
  scanned: metricMeter.createGauge('countersign_watch_block', 'int', 'block', 'Newest block that was scanned'),
  head: metricMeter.createGauge('countersign_watch_head', 'int', 'block', 'Newest block of the chain'),
  wakes: metricMeter.createCounter('countersign_watch_wakes', 'wakes', 'Changes that were woken'),
});

/** A watcher at work: what it scans, and whom it wakes. */
export class Watch {
  private readonly meters = createMeters();
  private readonly reader: BlockReader;
  private readonly wakeUps: WakeUps;
  private scan: ChainScan | null = null;
  private horizon: Horizon | null = null;
  private failures = 0;
  private trouble: string | null = null;
  private woken: number;
  private lastWake: Wake | null;

  constructor(
    private readonly chain: Chain,
    changes: WaitingChanges,
    private readonly given: WatchCursor | null,
  ) {
    this.reader = new BlockReader(chain);
    this.wakeUps = new WakeUps(chain.id, changes, given?.deliveries ?? [], (wake) => this.note(wake));
    this.woken = given?.woken ?? 0;
    this.lastWake = given?.lastWake ?? null;
  }

  /**
   * Looks once, and wakes whom it concerns. Whatever goes wrong is tried again in the next turn.
   *
   * @returns whether there is more to read at once
   */
  async turn(): Promise<boolean> {
    try {
      this.scan ??= await this.begin();
      const { events, droppedAfter, horizon, more } = await this.scan.look();
      if (droppedAfter !== null) this.wakeUps.dropAfter(droppedAfter);
      this.wakeUps.notice(events);
      // Blocks that were replaced may have been more than those in their place: nothing is final by what was before.
      this.horizon = droppedAfter === null ? (horizon ?? this.horizon) : null;
      await this.wakeUps.ask(Date.now());
      if (this.horizon && (horizon || (await this.isUpToDate(this.scan, this.horizon)))) {
        await this.wakeUps.tell(this.horizon, Date.now());
      }
      this.measure(this.scan.place);
      this.failures = 0;
      this.trouble = null;
      return more;
    } catch (error) {
      this.failures++;
      const trouble = describe(error);
      if (trouble !== this.trouble) log.warn('the watcher waits', { chain: this.chain.id, trouble });
      this.trouble = trouble;
      return false;
    }
  }

  /** Milliseconds until the next turn. */
  pause(interval: number): number {
    return this.failures === 0 ? interval : Math.min(Math.max(interval, 250) * 2 ** this.failures, longestPause);
  }

  /** Its place; null until it has one. */
  get cursor(): WatchCursor | null {
    const { woken, lastWake, trouble } = this;
    if (this.scan === null) return this.given && { ...this.given, trouble };
    const { next, blocks } = this.scan.place;
    // Read again is everything from the oldest block on of which it is not certain yet who waits for it; and all after the
    // newest one that is known by its hash, for only of what is before it a reorganisation would show.
    const unsettled = this.wakeUps.unsettled ?? next;
    const recent = blocks.filter(({ number }) => number < unsettled);
    const done = unsettled < next ? (recent.at(-1)?.number ?? unsettled - 1) + 1 : next;
    const known = recent.length > 0 ? done : done - overlap;
    const deliveries = this.wakeUps.outstanding.filter(({ block }) => block < known);
    return { next: done, recent, deliveries, woken, lastWake, trouble };
  }

  /** Without a new block: nobody is told of one that has been replaced meanwhile. */
  private async isUpToDate(scan: ChainScan, horizon: Horizon): Promise<boolean> {
    return !this.wakeUps.hasNewsAt(horizon) || scan.stands();
  }

  private async begin(): Promise<ChainScan> {
    await requireChainId(this.chain);
    const { next, recent } = this.given ?? { next: await this.reader.newestNumber(), recent: [] };
    return new ChainScan(this.reader, new Place(next, recent));
  }

  private note(wake: Wake): void {
    this.woken++;
    this.lastWake = wake;
    this.meters.wakes.add(1, { chain: String(this.chain.id) });
    const { change, transactionHash, block } = wake;
    log.info('woke a change', { chain: this.chain.id, change, transactionHash, block });
  }

  private measure(place: Place): void {
    const tags = { chain: String(this.chain.id) };
    this.meters.scanned.set(Math.max(place.next - 1, 0), tags);
    if (this.horizon) this.meters.head.set(this.horizon.latest, tags);
    this.wakeUps.forgetBefore(place.next - remembered);
  }
}

/** Blocks after which an event is not read again. */
const remembered = 100;

/** Never an error as it is: messages of clients repeat URLs. */
const describe = (error: unknown): string =>
  error instanceof Failure
    ? error.message
    : `Temporal could not be asked: ${error instanceof Error ? error.name : 'unknown'}.`;
