import { describe, expect, it } from 'vitest';
import { deriveSchedule } from './deriveSchedule.js';
import { Random, seedOf } from './random.js';
import type { PlayedKind, Schedule } from './schedule.js';

const seeds = Array.from({ length: 2_000 }, (_, index) => seedOf(42, index));
const drawn = seeds.map((seed) => deriveSchedule(seed));

describe('the generator', () => {
  it('is Mulberry32: its first numbers for a known seed', () => {
    const random = new Random(1);
    const first = Array.from({ length: 3 }, () => Math.floor(random.next() * 2 ** 32));
    expect(first).toEqual([2_693_262_067, 11_749_833, 2_265_367_787]);
  });

  it('gives the same numbers for the same seed, and others for another one', () => {
    const numbers = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  it('keeps its bounds', () => {
    const random = new Random(3);
    const integers = Array.from({ length: 1_000 }, () => random.integer(2, 4));
    expect(new Set(integers)).toEqual(new Set([2, 3, 4]));
    expect(Array.from({ length: 1_000 }, () => random.next()).every((number) => number >= 0 && number < 1)).toBe(true);
    expect(
      random.weighted([
        [0, 'never'],
        [1, 'always'],
      ]),
    ).toBe('always');
  });
});

describe('the seed of a schedule', () => {
  it('is that of the run for the first one: a schedule is repeated alone by its own seed', () => {
    expect(seedOf(123, 0)).toBe(123);
    expect(deriveSchedule(seedOf(seedOf(123, 17), 0))).toEqual(deriveSchedule(seedOf(123, 17)));
  });

  it('differs from schedule to schedule, and from run to run', () => {
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seedOf(42, 5)).not.toBe(seedOf(43, 5));
  });
});

describe('a schedule', () => {
  it('is the same whenever it is derived', () => {
    expect(seeds.slice(0, 50).map((seed) => deriveSchedule(seed))).toEqual(drawn.slice(0, 50));
  });

  it('differs from the others', () => {
    const plans = drawn.map(({ seed: _, ...plan }) => JSON.stringify(plan));
    expect(new Set(plans).size).toBeGreaterThan(plans.length * 0.95);
  });

  it('is of the kind that is asked for', () => {
    for (const kind of ['update', 'replicate', 'provision', 'allowlist'] satisfies PlayedKind[]) {
      expect(seeds.slice(0, 20).map((seed) => deriveSchedule(seed, kind).kind)).toEqual(Array(20).fill(kind));
    }
  });

  it('asks for no allow-lists where no chain governs the app', () => {
    expect(drawn.filter(({ kind, governance }) => kind === 'allowlist' && governance === 'none')).toEqual([]);
  });

  it.each<[string, (schedule: Schedule) => boolean]>([
    ['a worker that is killed', acts('killWorker')],
    ['a Temporal server that is killed', acts('restartServer')],
    ['a reorganisation', acts('reorg')],
    ['a clock that is moved', acts('moveClock')],
    ['an RPC outage', acts('rpcOutage')],
    ['a chain that becomes dear', acts('feeSpike')],
    ['a revocation', acts('revoke')],
    ['somebody else at work', acts('somebody')],
    ['a wrong transaction hash', acts('deliver')],
    ['a message', acts('send')],
    ['a deadline that passes', ({ request }) => request.deadline !== null],
    ['a Safe whose call fails', ({ signing }) => signing.failFirst],
    ['an API that loses an answer', ({ faults }) => faults.some(({ what }) => what.kind === 'loseReply')],
    ['an API that answers with an error', ({ faults }) => faults.some(({ what }) => what.kind === 'answer')],
    ['an API that does not answer', ({ faults }) => faults.some(({ what }) => what.kind === 'hang')],
    ['an operation that fails', ({ faults }) => faults.some(({ what }) => what.kind === 'operationFails')],
    ['nothing that goes wrong', ({ faults, happenings }) => faults.length + happenings.length === 0],
  ])('now and then holds %s', (_, holds) => {
    expect(drawn.filter(holds).length).toBeGreaterThan(5);
  });
});

function acts(act: Schedule['happenings'][number]['what']['act']): (schedule: Schedule) => boolean {
  return ({ happenings }) => happenings.some(({ what }) => what.act === act);
}
