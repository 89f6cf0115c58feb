import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { projectFolder } from '../../stack/projectFolder.js';
import { collect } from '../judge/collect.js';
import { effectsOf } from '../judge/effect.js';
import type { ExecutionSeen, Violation } from '../judge/evidence.js';
import { judge } from '../judge/judge.js';
import { type History, readExecution, type Secrets, secretsIn } from '../judge/readExecution.js';
import { replay } from '../judge/replay.js';
import { judgeSenders } from '../judge/senders.js';
import type { Played } from '../play/played.js';
import { canaryOf } from '../play/startRequested.js';
import type { World } from '../world/world.js';

/** A schedule that was played and judged. */
export interface Judged {
  readonly played: Played;
  readonly violations: Violation[];
  /** How often it took effect. */
  effects: number;
  readonly execution: ExecutionSeen | null;
  readonly history: History | null;
}

/** Judges a schedule right after its end. */
export async function judgePlayed(world: World, played: Played): Promise<Judged> {
  await world.journal.catchUp();
  const { change, schedule } = played;
  const read = change && (await untilAnswered(() => readExecution(world.client, change)));
  const execution = read && { ...read.seen, secrets: secretsIn(read.history, secretsOf(world, canaryOf(schedule))) };
  const evidence = collect(world, played, execution);
  return {
    played,
    violations: judge(evidence),
    effects: effectsOf(evidence),
    execution,
    history: read?.history ?? null,
  };
}

/**
 * Judges all schedules of a world once more at its end: something may have come late. And what only shows in the whole:
 * whether every history replays, whether the workers wrote down a secret, and how those did that send for many.
 */
export async function judgeWorld(world: World, all: readonly Judged[]): Promise<void> {
  const histories = all.flatMap(({ history, played: { change } }) =>
    history && change ? [{ workflowId: change.id, history }] : [],
  );
  const [failures, logs] = await Promise.all([replay(histories), world.crew.logs()]);
  for (const judged of all) {
    const { played, violations, execution } = judged;
    const evidence = collect(world, played, execution);
    const known = new Set(violations.map(({ rule }) => rule));
    violations.push(...judge(evidence).filter(({ rule }) => !known.has(rule)));
    judged.effects = effectsOf(evidence);
    const failure = failures.get(played.change?.id ?? '');
    if (failure !== undefined) violations.push({ rule: 'replay', expected: 'the history to replay', seen: failure });
    if (violations.length > 0) await keepHistory(judged);
    if (logs.includes(canaryOf(played.schedule))) violations.push(inLogs('the value of an environment variable'));
  }
  for (const [name, secret] of secretsOf(world)) if (logs.includes(secret)) all[0]?.violations.push(inLogs(name));
  const ofSenders = await untilAnswered(() => judgeSenders(world.client, secretsOf(world)));
  all[0]?.violations.push(...ofSenders);
}

/** For people who look into it: a history that came about by accident does not come twice. */
async function keepHistory({ played: { schedule }, history }: Judged): Promise<void> {
  if (history === null) return;
  const folder = join(projectFolder(), '.countersign/faults');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${schedule.seed}.json`), JSON.stringify(history, readable, 1));
}

/** Payloads as the text that they hold. */
const readable = (_: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  // Buffers come here as what their own toJSON made of them.
  const bytes = z.object({ type: z.literal('Buffer'), data: z.array(z.number()) }).safeParse(value);
  return bytes.success ? Buffer.from(bytes.data.data).toString('utf8') : value;
};

const inLogs = (what: string): Violation => ({
  rule: 'secret',
  expected: 'no secret in the log of a worker',
  seen: what,
});

function secretsOf({ cloud, secrets }: World, canary?: string): Secrets {
  return new Map([
    ...cloud.simulator.ledger.tokens.map((token, index) => [`commit token ${index + 1}`, token] as const),
    ...secrets.map((secret, index) => [`key ${index + 1} of the worker`, secret] as const),
    ...(canary ? [['the value of an environment variable', canary] as const] : []),
  ]);
}

/** The Temporal server may be on its way back. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
