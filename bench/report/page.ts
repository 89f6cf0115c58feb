import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../stack/projectFolder.js';
import { spread } from './outcome.js';
import type { BenchRecord, Recorded } from './record.js';

/** What the page is made of beside its text. */
interface Measured {
  readonly record: BenchRecord;
  /** The measures, in the order of the table. */
  readonly measures: readonly string[];
}

export const pageFile = join(projectFolder(), 'docs/benchmarks.md');
/** Between the two stands what was measured; what stands around them is written by people. */
export const marks = ['<!-- measured: written by `npm run bench` -->', '<!-- end of what was measured -->'] as const;

/** @throws Error where the page lacks the marks */
export async function writePage(measured: Measured): Promise<void> {
  const page = await readFile(pageFile, 'utf8');
  const [begin, end] = marks.map((mark) => page.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`${pageFile} lacks its marks.`);
  const before = page.slice(0, begin + marks[0].length);
  await writeFile(pageFile, `${before}\n\n${measuredPart(measured)}\n\n${page.slice(end)}`);
}

export function measuredPart({ record, measures }: Measured): string {
  const tuned = inOrder(Object.values(record.tuned), measures);
  const asTheyCome = inOrder(Object.values(record.asTheyCome), measures);
  const rows = [...tuned, ...asTheyCome];
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  const missing = measures.filter((name) => tuned.every(({ measure }) => measure !== name));
  const parts = [machines.map((machine, index) => `${index + 1}. ${machine}`).join('\n'), table(tuned, machines)];
  if (missing.length > 0) parts.push(`Never measured: ${missing.join(', ')}.`);
  if (asTheyCome.length > 0) {
    parts.push(`With the settings that the server comes with:\n\n${table(asTheyCome, machines)}`);
  }
  parts.push(`Every round:\n\n${rows.map(raw).join('\n')}`);
  return parts.join('\n\n');
}

const inOrder = (rows: readonly Recorded[], measures: readonly string[]): readonly Recorded[] =>
  measures.flatMap((measure) => rows.filter((row) => row.measure === measure));

const table = (rows: readonly Recorded[], machines: readonly string[]): string =>
  [
    '| measure | ours | baseline | ratio | to reach | met | measured |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => line(row, machines)),
  ].join('\n');

function line(recorded: Recorded, machines: readonly string[]): string {
  const { title, unit, how, ours, baseline, ratio, target, isMet, at, load, machine } = recorded;
  const cells = [
    `**${title}** (${how})`,
    `${spread(ours)} ${unit}`,
    baseline.length > 0 ? `${spread(baseline)} ${unit}` : '',
    ratio === null ? '' : ratio.toFixed(2),
    target,
    isMet === null ? 'not judged' : isMet ? 'yes' : '**no**',
    `${at.slice(0, 16).replace('T', ' ')} UTC, machine ${machines.indexOf(machine) + 1}, load ${load}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function raw({ title, unit, ours, baseline }: Recorded): string {
  return `- ${title}, ${unit}: ours ${ours.join(', ')}${baseline.length > 0 ? `; baseline ${baseline.join(', ')}` : ''}`;
}
