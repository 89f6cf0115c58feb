import { deriveSchedule } from '../schedule/deriveSchedule.js';
import { seedOf } from '../schedule/random.js';
import type { PlayedKind } from '../schedule/schedule.js';
import { describeViolations } from './describeViolations.js';
import type { FailingSeed } from './failingSeeds.js';
import { inParallel } from './inParallel.js';
import type { Judged } from './judgeWorld.js';
import { playWorld } from './playWorld.js';

export interface SuiteOptions {
  readonly schedules: number;
  readonly seed: number;
  readonly kind: PlayedKind | null;
  readonly concurrency: number;
  /** Schedules in one world, before it is renewed. */
  readonly worldSize: number;
  /** Run before the others. */
  readonly first: readonly FailingSeed[];
  readonly say: (line: string) => void;
}

/** The last line of a run. */
export interface SuiteTally {
  readonly schedules: number;
  readonly violations: number;
  readonly effectiveCommits: number;
  readonly kills: number;
  readonly serverRestarts: number;
  readonly apiFaults: number;
  readonly reorgs: number;
  readonly seed: number;
}

export interface SuiteResult {
  readonly tally: SuiteTally;
  readonly failed: readonly FailingSeed[];
  /** How often changes ended in which way: "update completed" → 17. */
  readonly ends: ReadonlyMap<string, number>;
}

const worldsAtATime = 2;

/** Runs schedules, some at a time, in worlds that are renewed now and then. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { schedules: count, seed, kind, first, worldSize, concurrency, say } = options;
  const drawn = Array.from({ length: count }, (_, index) => ({ seed: seedOf(seed, index), kind }));
  const wanted: readonly FailingSeed[] = [...first, ...drawn];
  const sum = { violations: 0, effectiveCommits: 0, kills: 0, serverRestarts: 0, apiFaults: 0, reorgs: 0 };
  const failed: FailingSeed[] = [];
  const ends = new Map<string, number>();
  const started = Date.now();
  let done = 0;
  /** Milliseconds that the schedules took, one by one. */
  let busy = 0;

  const note = ({ played, violations, effects }: Judged): void => {
    sum.violations += violations.length;
    sum.effectiveCommits += effects;
    sum.apiFaults += played.apiFaults;
    busy += played.milliseconds;
    const end = `${played.schedule.kind} ${played.told?.phase ?? 'did not end'}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (violations.length === 0) return;
    const chosen = wanted.find((one) => one.seed === played.schedule.seed);
    failed.push(chosen ?? { seed: played.schedule.seed, kind });
    say(describeViolations(played, violations, chosen?.kind ?? null));
  };

  const parts = Array.from({ length: Math.ceil(wanted.length / worldSize) }, (_, index) =>
    wanted.slice(index * worldSize, (index + 1) * worldSize),
  );
  // One world begins or ends while the other is busy.
  await inParallel(parts, worldsAtATime, async (part) => {
    const schedules = part.map((one) => deriveSchedule(one.seed, one.kind));
    const world = await playWorld(schedules, {
      concurrency: Math.ceil(concurrency / worldsAtATime),
      progress: () => {},
      onJudged({ played: { schedule, stuckAt }, violations }) {
        // The whole of it is told at the end of the world, when all is known.
        if (violations.length > 0)
          say(`seed ${schedule.seed}: ${stuckAt ?? violations.map(({ rule }) => rule).join(', ')}`);
      },
    });
    world.judged.forEach(note);
    sum.kills += world.kills;
    sum.serverRestarts += world.serverRestarts;
    sum.reorgs += world.reorgs;
    done += part.length;
    const seconds = (Date.now() - started) / 1000;
    const pace = `${(done / seconds).toFixed(1)} a second, ${(busy / done / 1000).toFixed(1)} seconds each`;
    say(`${done} of ${wanted.length} schedules, ${pace}, ${sum.violations} violations`);
  });
  return { tally: { schedules: wanted.length, ...sum, seed }, failed, ends };
}
