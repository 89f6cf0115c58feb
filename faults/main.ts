import { parseArgs } from 'node:util';
import { z } from 'zod';
import { keepFailingSeeds, kindSchema, readFailingSeeds } from './suite/failingSeeds.js';
import { runSuite } from './suite/runSuite.js';

const help = `npm run faults -- [options]

Plays random changes in which everything goes wrong, and has them judged by somebody who does not ask the engine. Schedules
that failed before (faults/failingSeeds.json) come first.

  --schedules <n>    how many; default 100
  --seed <n>         of the run; default: drawn. Schedule by schedule the seed is printed where something is wrong
  --kind <kind>      only update, replicate, provision or allowlist
  --concurrency <n>  at a time; default 32
  --world <n>        schedules in one world before it is renewed; default 250
  --only             leave those out that failed before
  --json             everything but the last line goes to standard error

The last line is one JSON object. Exit codes: 0 no violation, 1 violations, 2 invalid options.
`;

const number = (fallback: number, least = 1) =>
  z.preprocess(
    (text) => text ?? fallback,
    z.coerce
      .number()
      .int()
      .min(least)
      .max(2 ** 32 - 1),
  );

const optionsSchema = z.object({
  schedules: number(100),
  seed: number(Math.floor(Math.random() * 2 ** 31), 0),
  kind: kindSchema.nullable().default(null),
  concurrency: number(32),
  world: number(250),
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      schedules: { type: 'string' },
      seed: { type: 'string' },
      kind: { type: 'string' },
      concurrency: { type: 'string' },
      world: { type: 'string' },
      only: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  if (values.help) {
    say(help);
    return 0;
  }
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
    return 2;
  }
  const { world: worldSize, ...options } = parsed.data;
  const first = values.only ? [] : await readFailingSeeds();
  const { tally, failed, ends } = await runSuite({ ...options, worldSize, first, say });
  await keepFailingSeeds(failed);
  say(
    [...ends]
      .sort()
      .map(([end, count]) => `${end}: ${count}`)
      .join(', '),
  );
  process.stdout.write(`${JSON.stringify(tally)}\n`);
  return tally.violations === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
