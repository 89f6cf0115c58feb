import { readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../stack/projectFolder.js';
import { describeMachine } from './machine.js';
import { type Outcome, spread } from './outcome.js';
import { rounded } from './statistics.js';

/** What the page is made of. */
export interface Report {
  readonly outcomes: readonly Outcome[];
  /** The comparison once more, with the settings that the server comes with. */
  readonly untuned: readonly Outcome[];
  /** Measures without figures, and why. */
  readonly missing: ReadonlyMap<string, string>;
  readonly serverVersion: string | null;
}

export const pageFile = join(projectFolder(), 'docs/benchmarks.md');
/** Between the two stands what a run has measured; what stands around them is written by people. */
export const marks = ['<!-- measured: written by `npm run bench` -->', '<!-- end of what was measured -->'] as const;

/** @throws Error where the page lacks the marks */
export async function writePage(report: Report): Promise<void> {
  const page = await readFile(pageFile, 'utf8');
  const [begin, end] = marks.map((mark) => page.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`${pageFile} lacks its marks.`);
  const before = page.slice(0, begin + marks[0].length);
  await writeFile(pageFile, `${before}\n\n${measuredPart(report)}\n\n${page.slice(end)}`);
}

export function measuredPart({ outcomes, untuned, missing, serverVersion }: Report): string {
  const facts = describeMachine(serverVersion).map(([what, is]) => `- ${what}: ${is}`);
  const load = loadavg().map((value) => value.toFixed(1));
  const parts = [
    [...facts, `- load of the machine at the end, over 1, 5 and 15 minutes: ${load.join(', ')}`].join('\n'),
    table(outcomes),
  ];
  if (missing.size > 0) {
    parts.push(`Not measured in this run:\n${[...missing].map(([name, why]) => `- ${name}: ${why}`).join('\n')}`);
  }
  if (untuned.length > 0) parts.push(`With the settings that the server comes with:\n\n${table(untuned)}`);
  parts.push(`Every round:\n\n${[...outcomes, ...untuned].map(raw).join('\n')}`);
  return parts.join('\n\n');
}

const table = (outcomes: readonly Outcome[]): string =>
  ['| measure | ours | baseline | ratio | to reach | met |', '|---|---|---|---|---|---|', ...outcomes.map(line)].join(
    '\n',
  );

function line({ row, figures: { ratio }, isMet }: Outcome): string {
  const { title, unit, how, ours, baseline, target } = row;
  const cells = [
    `**${title}** (${how})`,
    `${spread(ours)} ${unit}`,
    baseline.length > 0 ? `${spread(baseline)} ${unit}` : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    target,
    isMet === null ? 'not judged' : isMet ? 'yes' : '**no**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function raw({ row: { title, unit, ours, baseline } }: Outcome): string {
  const list = (values: readonly number[]): string => values.map(rounded).join(', ');
  return `- ${title}, ${unit}: ours ${list(ours)}${baseline.length > 0 ? `; baseline ${list(baseline)}` : ''}`;
}
