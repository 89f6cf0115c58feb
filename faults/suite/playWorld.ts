import { playSchedule } from '../play/playSchedule.js';
import { makeSubject } from '../play/subject.js';
import type { Schedule } from '../schedule/schedule.js';
import { startWorld, type WorldOptions } from '../world/world.js';
import { inParallel } from './inParallel.js';
import { type Judged, judgePlayed, judgeWorld } from './judgeWorld.js';

/** What was done to a world. */
export interface WorldTally {
  readonly judged: readonly Judged[];
  readonly kills: number;
  readonly serverRestarts: number;
  readonly reorgs: number;
}

export interface PlayOptions extends WorldOptions {
  /** Schedules at a time. */
  readonly concurrency: number;
  /** Told of each schedule when it was judged. */
  readonly onJudged?: (judged: Judged) => void;
}

/** Apps that are deployed at a time, before anything goes wrong. */
const deploymentsAtATime = 8;

/** Plays schedules beside each other in a world of their own, and judges them. */
export async function playWorld(schedules: readonly Schedule[], options: PlayOptions): Promise<WorldTally> {
  const { concurrency, onJudged = () => {} } = options;
  const world = await startWorld(options);
  try {
    // All of them first: a reorganisation must not take away what nobody would bring back.
    const subjects = await inParallel(schedules, deploymentsAtATime, (schedule) => makeSubject(world, schedule));
    const cases = schedules.flatMap((schedule, index) => {
      const subject = subjects[index];
      return subject ? [{ schedule, subject }] : [];
    });
    const judged = await inParallel(cases, concurrency, async ({ schedule, subject }) => {
      const played = await playSchedule(world, schedule, subject);
      const result = await judgePlayed(world, played);
      onJudged(result);
      return result;
    });
    await judgeWorld(world, judged);
    return {
      judged,
      kills: world.crew.kills,
      serverRestarts: world.temporal.restarts,
      reorgs: world.journal.reorgs,
    };
  } finally {
    await world.stop();
  }
}
