import { readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { projectFolder } from '../../stack/projectFolder.js';
import { describeMachine } from './machine.js';
import type { Outcome } from './outcome.js';
import { rounded } from './statistics.js';

const numbers = z.array(z.number()).readonly();

/** What was measured last of a row, and in which circumstances. */
const recordedSchema = z
  .object({
    measure: z.string(),
    title: z.string(),
    how: z.string(),
    unit: z.string(),
    target: z.string(),
    ours: numbers,
    baseline: numbers,
    ratio: z.number().nullable(),
    /** Null where too little was measured to say. */
    isMet: z.boolean().nullable(),
    at: z.iso.datetime(),
    machine: z.string(),
    /** Load of the machine at the end, over the five minutes before. */
    load: z.number(),
  })
  .readonly();
export type Recorded = z.output<typeof recordedSchema>;

const rowsSchema = z.record(z.string(), recordedSchema).readonly();

/** Each row by its name, with the tuned settings of the Temporal server, and with those that it comes with. */
const recordSchema = z.object({ tuned: rowsSchema, asTheyCome: rowsSchema }).readonly();
export type BenchRecord = z.output<typeof recordSchema>;
export type Settings = keyof BenchRecord;

const recordFile = join(projectFolder(), 'docs/benchmarks.json');

/** @throws ZodError where somebody has changed the file by hand, and not well */
export const readRecord = async (): Promise<BenchRecord> =>
  recordSchema.parse(JSON.parse(await readFile(recordFile, 'utf8')));

export const writeRecord = (record: BenchRecord): Promise<void> =>
  writeFile(recordFile, `${JSON.stringify(record, null, 2)}\n`);

interface Run {
  readonly settings: Settings;
  /** Of the Temporal server. */
  readonly serverVersion: string;
}

/** Puts what a run has measured in the place of what was known of the same rows. */
export function recorded(
  record: BenchRecord,
  outcomes: readonly Outcome[],
  { settings, serverVersion }: Run,
): BenchRecord {
  const common = {
    at: new Date().toISOString(),
    machine: describeMachine(serverVersion),
    load: rounded(loadavg()[1] ?? 0),
  };
  const rows = outcomes.map(({ measure, row, figures: { ratio = null }, isMet }) => {
    const { name, title, how, unit, target, ours, baseline } = row;
    return [
      name,
      {
        measure,
        title,
        how,
        unit,
        target,
        ours: ours.map(rounded),
        baseline: baseline.map(rounded),
        ratio: ratio && rounded(ratio),
        isMet,
        ...common,
      },
    ] as const;
  });
  return { ...record, [settings]: { ...record[settings], ...Object.fromEntries(rows) } };
}
