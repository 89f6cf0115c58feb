import { styleText } from 'node:util';
import type { CreatedCvm } from '../model/descriptions.js';
import type { ChangeStatus } from '../model/status.js';

/** What a command prints. With --json exactly one object goes to standard output, and everything else to the other. */
export class Output {
  constructor(private readonly json: boolean) {}

  /** The result: an object for machines, text for people. */
  result(object: object, text: () => string): void {
    process.stdout.write(`${this.json ? JSON.stringify(object) : text()}\n`);
  }

  /** What went wrong: an object for machines, text for people. */
  error(error: object, text: string): void {
    if (this.json) process.stdout.write(`${JSON.stringify({ error })}\n`);
    else this.progress(text);
  }

  /** What happens meanwhile, always on standard error. */
  progress(line: string): void {
    process.stderr.write(`${line}\n`);
  }
}

/** A line for each state of a change that is followed. */
export function progressLine({ phase, awaiting, blocked, events }: ChangeStatus): string {
  const last = events.at(-1);
  const detail = blocked ? `${blocked.message} To do: ${blocked.remedy}` : (awaiting ?? last?.what ?? '');
  return `${dim(formatTime(new Date().toISOString()))}  ${bold(phase)}  ${detail}`;
}

/** A CVM that a change has made, in one line. */
export const describeCreated = ({ name, cvmId, nodeName, appUrl }: CreatedCvm): string =>
  `${name} (${cvmId})${nodeName ? ` on ${nodeName}` : ''}${appUrl ? `, ${appUrl}` : ''}`;

/** An instant in the reader's own zone, with the zone. */
export function formatTime(instant: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(new Date(instant));
  const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(new Date(instant))
    .find(({ type }) => type === 'timeZoneName');
  return `${parts} ${zone?.value ?? ''}`.trim();
}

/** Rows as aligned columns, without lines: easy on the eye, and for grep. */
export async function columns(rows: readonly (readonly string[])[], head: readonly string[] = []): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', mid: '' };
  const sides = {
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
  };
  const table = new Table({
    head: head.map((text) => bold(text)),
    chars: { ...none, ...sides, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];
const styled =
  (style: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    coloured ? styleText(style, text) : text;

/** Only on a terminal, and not where NO_COLOR is set. */
export const bold = styled('bold');
export const dim = styled('dim');
export const green = styled('green');
export const red = styled('red');
