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
      const { grades } = this.wakeUps;
      const { events, droppedAfter, horizon, more } = await this.scan.look(grades);
      if (droppedAfter !== null) this.wakeUps.dropAfter(droppedAfter);
      this.wakeUps.notice(events);
      await this.wakeUps.ask(Date.now());
      // Nobody is told by what an earlier look has shown: its blocks may have been replaced meanwhile.
      if (horizon) await this.wakeUps.tell(horizon, Date.now());
      this.measure(this.scan.place, horizon);
      this.failures = 0;
      this.trouble = null;
      // For a grade that was not asked for there is another look at once.
      const unknown = this.wakeUps.grades.some((grade) => !grades.includes(grade));
      return more || (horizon !== null && (unknown || this.wakeUps.isBehind));
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

  /** Whether whoever goes on from its place has nothing to find out again. */
  get isRemembered(): boolean {
    return this.wakeUps.areRemembered;
  }

  private async begin(): Promise<ChainScan> {
    await requireChainId(this.chain);
    const { next, recent } = this.given ?? { next: (await this.reader.newest())?.number ?? 0, recent: [] };
    return new ChainScan(this.reader, new Place(next, recent));
  }

  private note(wake: Wake): void {
    this.woken++;
    this.lastWake = wake;
    this.meters.wakes.add(1, { chain: String(this.chain.id) });
    const { change, transactionHash, block } = wake;
    log.info('woke a change', { chain: this.chain.id, change, transactionHash, block });
  }

  private measure(place: Place, horizon: Horizon | null): void {
    const tags = { chain: String(this.chain.id) };
    this.meters.scanned.set(Math.max(place.next - 1, 0), tags);
    if (horizon) this.meters.head.set(horizon.latest, tags);
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
