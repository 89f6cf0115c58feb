import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { projectFolder } from '../../stack/projectFolder.js';
import type { PlayedKind } from '../schedule/schedule.js';

/** A schedule that once failed: its seed, and the kind where it was not left to the seed. */
export interface FailingSeed {
  readonly seed: number;
  readonly kind: PlayedKind | null;
}

export const kindSchema = z.enum(['update', 'replicate', 'provision', 'allowlist'] satisfies PlayedKind[]);

const fileSchema = z.array(z.strictObject({ seed: z.int().min(0), kind: kindSchema.nullable() }));

const file = (): string => join(projectFolder(), 'faults/failingSeeds.json');

/** The schedules that failed before. They are run first ever after. */
export const readFailingSeeds = async (): Promise<readonly FailingSeed[]> =>
  fileSchema.parse(JSON.parse(await readFile(file(), 'utf8')));

/** Adds those that are new. */
export async function keepFailingSeeds(failed: readonly FailingSeed[]): Promise<void> {
  const known = await readFailingSeeds();
  const isKnown = ({ seed, kind }: FailingSeed): boolean =>
    known.some((other) => other.seed === seed && other.kind === kind);
  const added = failed.filter((one) => !isKnown(one));
  if (added.length === 0) return;
  const lines = [...known, ...added].map(({ seed, kind }) => `  ${JSON.stringify({ seed, kind })}`);
  await writeFile(file(), `[\n${lines.join(',\n')}\n]\n`);
}
