import { setTimeout as pause } from 'node:timers/promises';
import { type Change, ChangeFailedError, NoWorkerError, TemporalUnreachableError } from '../../client/index.js';
import { hasEnded } from '../../model/phases.js';
import type { Happening, Schedule } from '../schedule/schedule.js';
import type { World } from '../world/world.js';
import { arm } from './arm.js';
import { Attendance } from './attend.js';
import { perform } from './perform.js';
import type { Played, Told } from './played.js';
import { Run } from './run.js';
import { startRequested } from './startRequested.js';
import type { Subject } from './subject.js';

/** Milliseconds within which every change has to end, whatever happens. */
const limit = 120_000;
/** Milliseconds that people are given to finish what they were about when it ended. */
const farewell = 60_000;
/** Milliseconds between two looks of the people around a change. */
const lookEvery = 250;

/** Starts the change of a schedule, lets happen what is to happen, and waits for its end. */
export async function playSchedule(world: World, schedule: Schedule, subject: Subject): Promise<Played> {
  const startedAt = Date.now();
  const run = new Run(world, schedule, subject);
  const over = new AbortController();
  const acts: Promise<void>[] = [];
  const due = ({ what }: Happening, after = 0): void => {
    const act = async (): Promise<void> => {
      if (after > 0) await pause(after, undefined, { signal: over.signal });
      await perform(run, what);
    };
    // What somebody does not get done is no failure of the change.
    acts.push(act().catch(() => {}));
  };
  const armed = arm(world, schedule, subject, (happening) => due(happening));
  for (const happening of schedule.happenings) if (isTimed(happening)) due(happening, happening.at.after);

  const attendance = new Attendance(run, armed);
  const looking = setInterval(() => attendance.look(), lookEvery);
  let broke: string | null = null;
  const told = await Promise.race([
    toTheEnd(run, (phase) => {
      for (const happening of schedule.happenings) {
        if ('phase' in happening.at && happening.at.phase === phase) due(happening, happening.at.after);
      }
    }).catch((error: unknown) => {
      broke = error instanceof Error ? `${error.message}: ${String(error.cause)}` : String(error);
      return null;
    }),
    pause(limit, null, { signal: over.signal, ref: false }).catch(() => null),
  ]);
  run.ended = true;
  over.abort();
  clearInterval(looking);
  armed.heal();
  const { change } = run;
  const stuckAt = told === null ? (broke ?? (await describeStuck(run))) : null;
  // Whoever still watches it comes to an end with it.
  if (change && told === null) await terminate(run);
  await Promise.race([Promise.all([...acts, attendance.idle, run.following]), pause(farewell, null, { ref: false })]);
  return {
    schedule,
    subject,
    change: change && { id: change.id, runId: change.runId ?? '' },
    told,
    stuckAt,
    sent: run.sent,
    theirs: run.theirs,
    apiFaults: armed.struck(),
    milliseconds: Date.now() - startedAt,
  };
}

const isTimed = (happening: Happening): happening is Happening & { readonly at: { readonly after: number } } =>
  !('phase' in happening.at || 'endpoint' in happening.at);

/** Starts the change, follows it, and takes down what its caller is told. */
async function toTheEnd(run: Run, entered: (phase: string) => void): Promise<Told> {
  const { world, schedule, subject } = run;
  const change = await untilAnswered(() => startRequested(world, schedule, subject));
  run.change = change;
  run.following = follow(run, change, entered);
  return untilAnswered(() => outcome(change));
}

async function follow(run: Run, change: Change, entered: (phase: string) => void): Promise<void> {
  const seen = new Set<string>();
  while (!run.ended) {
    try {
      for await (const status of change.watch()) {
        run.latest = status;
        if (run.ended || hasEnded(status.phase)) return;
        if (seen.has(status.phase)) continue;
        seen.add(status.phase);
        entered(status.phase);
      }
    } catch {
      // The server or the workers are away for a moment.
      await pause(300);
    }
  }
}

async function outcome(change: Change): Promise<Told> {
  try {
    const { phase, composeHash, created, summary } = await change.result();
    return { phase, composeHash, created: created?.cvmId ?? null, summary, failure: null };
  } catch (error) {
    if (!(error instanceof ChangeFailedError)) throw error;
    const { type, effect, message } = error;
    return { phase: 'failed', composeHash: null, created: null, summary: message, failure: { type, effect } };
  }
}

/** Asks again while the server or the workers are away. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const away = error instanceof TemporalUnreachableError || error instanceof NoWorkerError;
      if (!away) throw error;
      await pause(300);
    }
  }
}

const terminate = ({ world, change }: Run): Promise<unknown> =>
  world.client.workflow
    .getHandle(change?.id ?? '')
    .terminate('it does not end')
    .catch(() => {}); // Then it has ended.

async function describeStuck({ change, latest }: Run): Promise<string> {
  const pending = await change?.pending().catch(() => []);
  return JSON.stringify({
    phase: latest?.phase,
    awaiting: latest?.awaiting,
    blocked: latest?.blocked,
    paused: latest?.paused,
    pending,
  });
}
