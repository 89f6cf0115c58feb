import type { Horizon } from '../chain/watch/chainScan.js';
import type { Grade } from '../chain/watch/readBlocks.js';
import type { SeenEvent } from '../chain/watch/watchedEvents.js';
import { awaitedFinality, awaitedFrom, keysOf, kindOf, type SightingKind } from '../model/awaitedOnChain.js';
import type { Delivery, Wake } from '../model/watch.js';

/** A change that waits for something on chain. */
export interface WaitingChange {
  readonly change: string;
  readonly runId: string;
  /** What its search attribute holds. */
  readonly awaited: readonly string[];
}

/** The changes that wait, as Temporal knows them. */
export interface WaitingChanges {
  /** Those that wait for one of the keys, as the server's index has them: it may be a second behind. */
  find(keys: readonly string[]): Promise<readonly WaitingChange[]>;
  /** Whether it still waits for that, by the server's own record. */
  standing(delivery: Delivery): Promise<Standing>;
  /**
   * Has a change that rests look by itself, now.
   *
   * @returns false where its look is another by now, and where the server cannot do that
   */
  lookNow(delivery: Delivery, look: string): Promise<boolean>;
  /** Tells it which transaction it is. */
  tell(delivery: Delivery): Promise<void>;
}

/** How a change stands to what is delivered. */
export type Standing =
  /** It looks at something delivered. */
  | { readonly is: 'checks' }
  /** It waits for that no more. */
  | { readonly is: 'gone' }
  | {
      readonly is: 'waits';
      /** Its own look, where that is between two attempts; null where it looks just now, and where it has none. */
      readonly look: string | null;
      /** Whether it is about to look, or to learn what it has seen: a step of it is queued, or under way. */
      readonly goesOn: boolean;
    };

interface Question {
  readonly event: SeenEvent;
  readonly keys: readonly string[];
  asked: boolean;
  askedAt: number;
}

/** Milliseconds after which it is asked once more who waits for an event: the server's index may have been behind. */
const secondQuestion = 3_000;
/** Milliseconds after which a change that still waits is told once more: its own node may have been behind. */
const secondTelling = 30_000;
/** Changes that are told at a time. */
const atATime = 25;
/** Deliveries that are gone through before the chain is looked at again: it may have other blocks by then. */
const mostAtOnce = 200;
/** Deliveries that are remembered, at the most: a heartbeat of more than 2 MB would end the watcher. */
const mostRemembered = 500;

/**
 * Brings events to the changes that wait for them, each when it is final enough. Knows nothing of chain or server; what
 * it was told of a block can be taken back until it has told others.
 */
export class WakeUps {
  private readonly questions = new Map<string, Question>();
  /** Events of which all is known, with their blocks: they are read more than once. */
  private readonly settled = new Map<string, number>();
  /** In the order in which it is their turn. */
  private readonly deliveries: Map<string, Delivery>;
  private left = 0;

  constructor(
    private readonly chainId: number,
    private readonly changes: WaitingChanges,
    deliveries: readonly Delivery[],
    private readonly onWake: (wake: Wake) => void,
  ) {
    this.deliveries = new Map(deliveries.map((delivery) => [idOf(delivery), delivery]));
  }

  /** Whether there are more to be told at once. */
  get isBehind(): boolean {
    return this.left > 0;
  }

  /** Whether all that is outstanding is remembered, as it is where few wait. */
  get areRemembered(): boolean {
    return this.deliveries.size <= mostRemembered;
  }

  /** What is still to be told, or to be told again. */
  get outstanding(): readonly Delivery[] {
    return [...this.deliveries.values()];
  }

  /**
   * The oldest block with an event of which it is not certain yet who waits for it, or for which more wait than are
   * remembered; null where there is none.
   */
  get unsettled(): number | null {
    const asked = [...this.questions.values()].map(({ event }) => event.block);
    const told = this.outstanding.map(({ block }) => block).sort((one, other) => one - other);
    const blocks = [...asked, ...told.slice(mostRemembered, mostRemembered + 1)];
    return blocks.length === 0 ? null : blocks.reduce((oldest, block) => Math.min(oldest, block));
  }

  /** The grades of finality that are to be reached before somebody is told. */
  get grades(): readonly Grade[] {
    const awaited = this.outstanding.filter(({ told }) => told === 0).map(({ finality }) => finality);
    return (['safe', 'finalized'] as const).filter((grade) => awaited.includes(grade));
  }

  notice(events: readonly SeenEvent[]): void {
    for (const event of events) {
      if (this.questions.has(event.id) || this.settled.has(event.id)) continue;
      this.questions.set(event.id, { event, keys: keysOf(this.chainId, event), asked: false, askedAt: 0 });
    }
  }

  /** Forgets what stood in blocks that were replaced. It comes again where it stands again. */
  dropAfter(block: number): void {
    for (const [id, { event }] of this.questions) if (event.block > block) this.questions.delete(id);
    for (const [id, at] of this.settled) if (at > block) this.settled.delete(id);
    for (const [id, delivery] of this.deliveries) if (delivery.block > block) this.deliveries.delete(id);
  }

  /** Forgets which events are known of blocks that are not read again. */
  forgetBefore(block: number): void {
    for (const [id, at] of this.settled) if (at < block) this.settled.delete(id);
  }

  /** Asks who waits for what was noticed. */
  async ask(now: number): Promise<void> {
    const due = [...this.questions.values()].filter(({ asked, askedAt }) => !asked || now - askedAt >= secondQuestion);
    if (due.length === 0) return;
    const waiting = byKey(await this.changes.find([...new Set(due.flatMap(({ keys }) => keys))]));
    for (const question of due) {
      for (const key of question.keys) {
        for (const change of waiting.get(key) ?? []) this.add(question.event, key, change);
      }
      if (question.asked) {
        this.questions.delete(question.event.id);
        this.settled.set(question.event.id, question.event.block);
      }
      question.asked = true;
      question.askedAt = now;
    }
  }

  private add(event: SeenEvent, key: string, { change, runId, awaited }: WaitingChange): void {
    const { transactionHash, block } = event;
    const kind = kindOf(event);
    // A registration is told in any case: a reorganisation may have put it further back.
    if (kind !== 'registration' && block <= awaitedFrom(awaited)) return;
    const id = idOf({ change, runId, transactionHash });
    const other = this.deliveries.get(id);
    if (other && (other.block === block ? weights[other.kind] >= weights[kind] : other.block > block)) return;
    // A look at an operation or at a proposal tells what stands; only a registration counts, and has to be final.
    const finality = kind === 'registration' ? awaitedFinality(awaited) : 'latest';
    const seen = { kind, transactionHash, block, finality };
    this.deliveries.set(id, { change, runId, keys: [key], ...seen, told: 0, toldAt: 0 });
  }

  /** Tells the changes whose events are final enough, or the first of them. */
  async tell(horizon: Horizon, now: number): Promise<void> {
    const due = this.outstanding.filter((delivery) =>
      delivery.told === 0 ? isFinal(delivery, horizon) : now - delivery.toldAt >= secondTelling,
    );
    const batch = due.slice(0, mostAtOnce);
    let done = 0;
    for (let index = 0; index < batch.length; index += atATime) {
      const told = await Promise.allSettled(
        batch.slice(index, index + atATime).map((delivery) => this.tellOne(delivery, now)),
      );
      const failed = told.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
      done += told.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
    }
    this.left = done > 0 ? due.length - batch.length : 0;
  }

  /** @returns whether that was all for now; false where it has to be asked again */
  private async tellOne(delivery: Delivery, now: number): Promise<boolean> {
    const standing = await this.changes.standing(delivery);
    if (standing.is === 'checks') {
      // However many check something, it is the others' turn first.
      this.deliveries.delete(idOf(delivery));
      this.deliveries.set(idOf(delivery), delivery);
      return false;
    }
    if (standing.is === 'gone') {
      this.deliveries.delete(idOf(delivery));
      return true;
    }
    const first = delivery.told === 0;
    // Where thousands are woken at once, many have not come to their turn after half a minute: they are not told again.
    if (first || !standing.goesOn) await this.wake(delivery, standing.look);
    if (first || standing.goesOn) this.deliveries.set(idOf(delivery), { ...delivery, told: 1, toldAt: now });
    else this.deliveries.delete(idOf(delivery));
    if (first) {
      const { change, transactionHash, block } = delivery;
      this.onWake({ at: new Date(now).toISOString(), change, transactionHash, block });
    }
    return true;
  }

  /** A look of its own costs a change one step, a message three. What it does not find by itself it is told the second time. */
  private async wake(delivery: Delivery, look: string | null): Promise<void> {
    const looks = look !== null && delivery.told === 0 && delivery.kind === 'registration';
    if (!(looks && (await this.changes.lookNow(delivery, look)))) await this.changes.tell(delivery);
  }
}

/** One transaction is told to a run once, whatever it shows. */
const idOf = ({ change, runId, transactionHash }: Pick<Delivery, 'change' | 'runId' | 'transactionHash'>): string =>
  `${change}/${runId}/${transactionHash}`;

/** Who waits for each key. */
function byKey(changes: readonly WaitingChange[]): ReadonlyMap<string, readonly WaitingChange[]> {
  const waiting = new Map<string, WaitingChange[]>();
  for (const change of changes) {
    for (const key of change.awaited) {
      const others = waiting.get(key);
      if (others) others.push(change);
      else waiting.set(key, [change]);
    }
  }
  return waiting;
}

/** One transaction may show several things: the look that shows most is asked for. */
const weights: Readonly<Record<SightingKind, number>> = {
  safeTransaction: 0,
  ownership: 0,
  registration: 1,
  operation: 2,
};

/** Whether the block of a delivery counts, at the finality that its change asks for. */
function isFinal({ block, finality }: Pick<Delivery, 'block' | 'finality'>, horizon: Horizon): boolean {
  // Its own block is the first of a number of blocks.
  if (typeof finality === 'number') return block <= horizon.latest - finality + 1;
  const reached = horizon[finality];
  return reached !== null && block <= reached;
}
