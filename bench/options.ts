import { parseArgs } from 'node:util';
import { z } from 'zod';
import { measures } from './measures/measures.js';

const names = measures.map(({ name }) => name);

export const help = `npm run bench -- [options]

Measures the engine beside what it is made of, by turns, on this machine, and prints every round. Without --quick and --only
it measures everything, which takes hours, and writes the figures into docs/benchmarks.json and docs/benchmarks.md.

  --quick            the first four measures only, in smaller rounds: under three minutes on a quiet machine
  --only <measures>  by comma, of ${names.join(', ')}
  --skip <measures>  by comma: everything but these
  --rounds <n>       of each side, in place of what the measure has
  --changes <n>      in a round of the throughput, or waiting, in place of what the measure has
  --write            with --quick or --only, too: the figures take the place of what is known of the same rows
  --as-they-come     the Temporal server with the settings that it comes with, not the tuned ones
  --json             everything but the last line goes to standard error

The last line is one JSON object: each measure with ours, and with baseline and ratio where there is something to compare
with. Exit codes: 0 measured, whatever the figures say; 1 something could not be measured; 2 invalid options.
`;

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.enum(names, { error: `must be of ${names.join(', ')}` })));

const most = 100_000;
const count = z.coerce
  .number('must be a number')
  .refine(
    (value) => Number.isInteger(value) && value >= 1 && value <= most,
    `must be a whole number from 1 to ${most}`,
  );

const optionsSchema = z.object({
  quick: z.boolean(),
  only: list.nullable().default(null),
  skip: list.default([]),
  rounds: count.nullable().default(null),
  changes: count.nullable().default(null),
  write: z.boolean(),
  'as-they-come': z.boolean(),
  json: z.boolean(),
  help: z.boolean(),
});

export type Options = z.output<typeof optionsSchema>;

/** Thrown where the command line does not do. The message is for whoever typed it. */
export class InvalidOptions extends Error {}

/** @throws InvalidOptions that names the option at fault */
export function readOptions(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ quick: flag, only: text, skip: text, rounds: text, changes: text, json: flag, write: flag },
        'as-they-come': flag,
        help: { ...flag, short: 'h' },
      },
    });
    const parsed = optionsSchema.safeParse(values);
    if (parsed.success) return parsed.data;
    throw new InvalidOptions(
      parsed.error.issues.map(({ path, message }) => `--${path[0]?.toString()}: ${message}`).join('\n'),
    );
  } catch (error) {
    throw error instanceof InvalidOptions
      ? error
      : new InvalidOptions(error instanceof Error ? error.message : String(error));
  }
}

/** The measures that the options ask for, in the order of the table. */
export const chosen = ({ quick, only, skip }: Options) =>
  measures.filter(
    (measure) => (only ? only.includes(measure.name) : !quick || measure.quick) && !skip.includes(measure.name),
  );
