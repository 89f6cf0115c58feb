import { MockActivityEnvironment } from '@temporalio/testing';
import type { Hex } from 'viem';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { overlap } from '../chain/watch/chainScan.js';
import { Random } from '../faults/schedule/random.js';
import { keysOf } from '../model/awaitedOnChain.js';
import { addressSchema } from '../model/hex.js';
import type { Finality } from '../model/policy.js';
import { type Delivery, type WatchCursor, watchCursorSchema } from '../model/watch.js';
import { ScriptedChain } from './testing/scriptedChain.js';
import type { WaitingChange, WaitingChanges } from './wakeUps.js';
import { Watch } from './watch.js';

const chainId = 1;
const finalities: readonly [Finality, ...Finality[]] = ['latest', 'safe', 'finalized', 1, 3, 8];
const hex = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/** A change in a few words: it waits for one registration, and is done with it a moment after it was told. */
interface Waiter {
  readonly change: string;
  readonly subject: Hex;
  readonly transactionHash: Hex;
  readonly finality: Finality;
  /** When it shows in the index. */
  readonly indexedAt: number;
  toldAt: number | null;
  told: number;
  /** Whether a step of it is under way, as it was said last. */
  goesOn: boolean;
}

class Death extends Error {}

/** A watcher in a world that is against it. Time goes on by a second with each turn. */
class Trial {
  readonly chain = new ScriptedChain();
  readonly waiters: Waiter[] = [];
  readonly problems: string[] = [];
  temporalIsDown = false;
  /** Whether changes that were told go on waiting. */
  stays = false;
  turns = 0;
  deaths = 0;
  private cursors: (WatchCursor | null)[] = [null];
  /** Each with a client of its own: what a dead process has asked is answered to nobody. */
  private watch: Watch;
  private stepsLeft = Number.POSITIVE_INFINITY;
  private die: (reason: Death) => void = () => {};

  constructor(private readonly random: Random) {
    this.chain.onRequest = () => this.step();
    this.watch = new Watch(this.chain.chain(chainId), this.changes, null);
  }

  wait(subject: Hex, transactionHash: Hex, finality: Finality, unseenFor: number): void {
    const change = `change-${this.waiters.length}`;
    this.waiters.push({
      change,
      subject,
      transactionHash,
      finality,
      indexedAt: Date.now() + unseenFor,
      toldAt: null,
      told: 0,
      goesOn: false,
    });
  }

  /** The first turn of all, whose place is in the history before there is another. */
  async begin(): Promise<void> {
    await this.turn(null);
    this.cursors = this.cursors.slice(-1);
  }

  /** What another worker would go on from. */
  get place(): WatchCursor | null {
    return this.cursors.at(-1) ?? null;
  }

  /** One turn; where it is to die, at one of its first awaits. */
  async turn(diesAfter: number | null): Promise<void> {
    this.turns++;
    vi.setSystemTime(Date.now() + 1_000);
    this.stepsLeft = diesAfter ?? Number.POSITIVE_INFINITY;
    const death = new Promise<never>((_, reject) => {
      this.die = reject;
    });
    try {
      await Promise.race([this.watch.turn(), death]);
      const { cursor } = this.watch;
      // As it goes through the server. The newest of it may never have got there.
      if (cursor) this.cursors.push(watchCursorSchema.parse(JSON.parse(JSON.stringify(cursor))));
      this.cursors = this.cursors.slice(-4);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      this.deaths++;
      const known = this.cursors.slice(0, this.random.integer(1, this.cursors.length));
      this.cursors = known;
      this.watch = new Watch(this.chain.chain(chainId), this.changes, known.at(-1) ?? null);
    }
  }

  /** Turns until everybody was told for whom it is time. */
  async untilCalm(): Promise<number> {
    for (let turns = 0; turns < 1_000; turns++) {
      if (this.waiters.every((waiter) => waiter.told > 0 || !this.isFinal(waiter))) return turns;
      await this.turn(null);
    }
    throw new Error('Some are never told.');
  }

  /** Whether what a change waits for stands as deep as it asks for, on the chain as it is now. */
  isFinal({ transactionHash, finality }: Pick<Waiter, 'transactionHash' | 'finality'>): boolean {
    const block = this.chain.blockOf(transactionHash);
    if (block === null) return false;
    return typeof finality === 'number'
      ? block <= this.chain.head - finality + 1
      : block <= this.chain.newest(finality);
  }

  private async step(): Promise<void> {
    if (this.stepsLeft-- > 0) return;
    this.die(new Death());
    // The dead do nothing more.
    await new Promise<never>(() => {});
  }

  private isWaiting = ({ toldAt }: Waiter): boolean => toldAt === null || this.stays || Date.now() - toldAt < 2_000;

  private keys = ({ subject }: Waiter): readonly string[] =>
    keysOf(chainId, { contract: addressSchema.parse(this.chain.contract), name: 'ComposeHashAdded', subject }).slice(
      0,
      1,
    );

  private async ask(): Promise<void> {
    await this.step();
    if (this.temporalIsDown) throw new Error('unavailable');
  }

  private readonly changes: WaitingChanges = {
    find: async (keys) => {
      await this.ask();
      return this.waiters
        .filter((waiter) => this.isWaiting(waiter) && waiter.indexedAt <= Date.now())
        .map((waiter): WaitingChange => {
          const awaited = [...this.keys(waiter), `finality:${waiter.finality}`];
          return { change: waiter.change, runId: 'run', awaited };
        })
        .filter(({ awaited }) => awaited.some((key) => keys.includes(key)));
    },
    standing: async ({ change }) => {
      await this.ask();
      const waiter = this.waiterOf(change);
      if (!this.isWaiting(waiter)) return { is: 'gone' };
      if (waiter.toldAt !== null && this.random.chance(0.7)) return { is: 'checks' };
      waiter.goesOn = this.random.chance(0.3);
      return { is: 'waits', look: this.random.chance(0.5) ? '7' : null, goesOn: waiter.goesOn };
    },
    lookNow: async ({ change }, look) => {
      await this.ask();
      expect(look).toBe('7');
      if (this.random.chance(0.3)) return false;
      await this.wake(change);
      return true;
    },
    tell: async ({ change }: Delivery) => {
      await this.ask();
      await this.wake(change);
    },
  };

  private async wake(change: string): Promise<void> {
    const waiter = this.waiterOf(change);
    if (!this.isFinal(waiter)) this.problems.push(`${change} was woken, and ${waiter.finality} is not reached`);
    // A successor does not know whom the dead one has told.
    if (waiter.told > 0 && waiter.goesOn && this.deaths === 0)
      this.problems.push(`${change} was told again, and goes on`);
    waiter.toldAt ??= Date.now();
    waiter.told++;
    // It is woken; whether the watcher learns of it is another matter.
    await this.step();
  }

  private waiterOf(change: string): Waiter {
    const found = this.waiters.find((waiter) => waiter.change === change);
    if (!found) throw new Error(`There is no ${change}.`);
    return found;
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const nothing = (): void => {};
const silent = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

const within = <Result>(run: () => Promise<Result>): Promise<Result> =>
  new MockActivityEnvironment({}, { logger: silent }).run(run);

/** Plays a world by its seed: blocks, forks, nodes that lag, outages, deaths at any await. */
async function play(seed: number): Promise<Trial> {
  const random = new Random(seed);
  const trial = new Trial(random);
  const { chain } = trial;
  // It begins where others are at work already, or where nothing has happened yet.
  if (random.chance(0.5)) chain.mine([{ subject: hex(900_000), transactionHash: hex(900_001) }]);
  await trial.begin();
  let count = 0;
  for (let round = 0; round < 120; round++) {
    const blocks = random.weighted([
      [5, 1],
      [3, 0],
      [1, random.integer(2, 12)],
    ]);
    for (let block = 0; block < blocks; block++) {
      const events = Array.from({ length: random.chance(0.3) ? random.integer(1, 3) : 0 }, () => {
        const event = { subject: hex(++count), transactionHash: hex(1_000_000 + count) };
        for (const finality of random.chance(0.7) ? [random.pick(finalities), random.pick(finalities)] : []) {
          trial.wait(event.subject, event.transactionHash, finality, random.pick([0, 0, 1_500]));
        }
        return event;
      });
      chain.mine(events);
    }
    if (random.chance(0.08)) {
      const dropped = chain.drop(random.integer(1, 7));
      // Some come back, in other blocks; others never do.
      for (const event of dropped) if (random.chance(0.5)) chain.mine([event]);
      if (random.chance(0.7)) for (let block = 0; block < random.integer(1, 8); block++) chain.mine();
    }
    chain.lag = random.chance(0.15) ? random.integer(1, 4) : 0;
    chain.down = random.chance(0.08);
    trial.temporalIsDown = random.chance(0.08);
    await trial.turn(random.chance(0.3) ? random.integer(0, 14) : null);
  }
  // Peace at last.
  [chain.lag, chain.down, trial.temporalIsDown] = [0, false, false];
  for (let block = 0; block < 10; block++) chain.mine();
  for (let round = 0; round < 12; round++) await trial.turn(null);
  return trial;
}

describe('a watcher that is killed at any await, on a chain that forks, with nodes that lag and fail', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => [seed]))(
    'misses nothing, and wakes nobody before his time (seed %i)',
    async (seed) => {
      const trial = await within(() => play(seed));
      expect(trial.deaths).toBeGreaterThan(5);
      expect(trial.waiters.length).toBeGreaterThan(10);
      expect(trial.problems).toEqual([]);
      const missed = trial.waiters.filter((waiter) => trial.isFinal(waiter) && waiter.told === 0);
      expect(missed.map(({ change, finality }) => `${change} at ${finality}`)).toEqual([]);
    },
  );

  it('reads what it has missed, though the newest block is quiet and it knows none of those before', async () => {
    await within(async () => {
      const trial = new Trial(new Random(1));
      trial.chain.mine([{ subject: hex(1), transactionHash: hex(2) }]);
      await trial.begin();
      expect(trial.place?.recent).toEqual([]);
      trial.chain.mine([{ subject: hex(3), transactionHash: hex(4) }]);
      trial.wait(hex(3), hex(4), 'latest', 0);
      for (let block = 0; block < 20; block++) trial.chain.mine();
      await trial.turn(0);
      await trial.turn(null);
      expect(trial.waiters[0]?.told).toBe(1);
    });
  });

  it('goes on where it was after an outage of many blocks, and reads them in pieces', async () => {
    await within(async () => {
      const trial = new Trial(new Random(1));
      await trial.turn(null);
      trial.chain.down = true;
      await trial.turn(null);
      trial.chain.mine([{ subject: hex(7), transactionHash: hex(8) }]);
      trial.wait(hex(7), hex(8), 'finalized', 0);
      for (let block = 0; block < 5_000; block++) trial.chain.mine();
      trial.chain.down = false;
      trial.chain.calls.clear();
      for (let turn = 0; turn < 4; turn++) await trial.turn(null);
      expect(trial.waiters[0]?.told).toBe(1);
      expect(trial.chain.calls.get('eth_getLogs')).toBe(3);
    });
  });

  it('remembers little, however many wait: a successor finds again what is left out', async () => {
    await within(async () => {
      const trial = new Trial(new Random(1));
      await trial.turn(null);
      const events = Array.from({ length: 4_000 }, (_, index) => ({
        subject: hex(index + 1),
        transactionHash: hex(100_000 + index),
      }));
      for (const { subject, transactionHash } of events) trial.wait(subject, transactionHash, 4, 0);
      trial.chain.mine(events.slice(0, 300));
      await trial.turn(null);
      trial.chain.mine(events.slice(300));
      trial.chain.mine();
      for (let turn = 0; turn < 6; turn++) await trial.turn(null);
      // The server takes 2 MB, and ends the watcher where it is given more.
      expect(JSON.stringify(trial.place).length).toBeLessThan(500_000);
      expect(trial.place?.deliveries).toHaveLength(300);
      await trial.turn(0);
      trial.chain.mine();
      trial.chain.mine();
      await trial.untilCalm();
      expect(trial.waiters.filter(({ told }) => told === 0)).toEqual([]);
    });
  });

  it('looks at the chain again before it has told all of many, and those who check something hold up none', async () => {
    await within(async () => {
      const trial = new Trial(new Random(1));
      await trial.turn(null);
      const wait = (count: number, from: number) =>
        Array.from({ length: count }, (_, index) => {
          const event = { subject: hex(from + index), transactionHash: hex(1_000_000 + from + index) };
          trial.wait(event.subject, event.transactionHash, 'latest', 0);
          return event;
        });
      trial.stays = true;
      trial.chain.mine(wait(1_000, 1));
      expect(await trial.untilCalm()).toBe(5);
      // All of them are to be told once more, and check what they were told.
      for (let turn = 0; turn < 40; turn++) await trial.turn(null);
      expect(trial.problems).toEqual([]);
      expect(trial.waiters.some(({ told }) => told > 1)).toBe(true);
      trial.chain.mine(wait(100, 5_000));
      expect(await trial.untilCalm()).toBeLessThan(8);
      expect(trial.chain.calls.get('eth_getLogs')).toBeLessThan(20);
    });
  });

  it('asks the chain as often for a thousand that wait as for one', async () => {
    await within(async () => {
      const count = async (waiters: number): Promise<Record<string, number>> => {
        const trial = new Trial(new Random(1));
        await trial.turn(null);
        trial.chain.calls.clear();
        const events = Array.from({ length: waiters }, (_, index) => {
          const event = { subject: hex(index + 1), transactionHash: hex(100_000 + index) };
          trial.wait(event.subject, event.transactionHash, 'safe', 0);
          return event;
        });
        trial.chain.mine(events);
        await trial.turn(null);
        for (let block = 0; block < 4; block++) {
          trial.chain.mine();
          await trial.turn(null);
        }
        for (let turn = 0; turn < 60; turn++) await trial.turn(null);
        expect(trial.waiters.filter(({ told }) => told === 1)).toHaveLength(waiters);
        return Object.fromEntries(trial.chain.calls);
      };
      // The newest block each time, and a batch of the block, its logs and, until it is reached, the grade that is awaited.
      const one = await count(1);
      expect(one).toEqual({ eth_getBlockByNumber: 72, eth_getLogs: 5 });
      // While some of the thousand are not told yet the grade is asked for with each new block.
      const { eth_getBlockByNumber: blocks, ...others } = await count(1_000);
      expect(others).toEqual({ eth_getLogs: 5 });
      expect(blocks).toBeLessThanOrEqual(72 + 4);
    });
  });

  it('asks once for each block in which nothing it watches for can have happened, whatever others do there', async () => {
    await within(async () => {
      const trial = new Trial(new Random(1));
      await trial.turn(null);
      for (let block = 0; block < overlap; block++) {
        trial.chain.mine();
        await trial.turn(null);
      }
      trial.chain.calls.clear();
      for (let block = 0; block < 12; block++) {
        trial.chain.mine();
        await trial.turn(null);
      }
      expect(Object.fromEntries(trial.chain.calls)).toEqual({ eth_getBlockByNumber: 12 });
      trial.chain.mine([{ subject: hex(1), transactionHash: hex(2) }]);
      trial.wait(hex(1), hex(2), 'latest', 0);
      await trial.turn(null);
      expect(trial.waiters[0]?.told).toBe(1);
    });
  });
});
