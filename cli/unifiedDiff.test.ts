import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unifiedDiff.js';

const numbered = (count: number, prefix = 'line'): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix} ${at + 1}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Carries a diff out: what comes of the first text has to be the second one. */
function patched(before: string, diff: readonly string[]): string {
  const lines = before.split('\n').slice(0, -1);
  let shift = 0;
  for (const [index, line] of diff.entries()) {
    const [, start = '0', count = '0'] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (!line.startsWith('@@')) continue;
    const end = diff.findIndex((other, at) => at > index && other.startsWith('@@'));
    const hunk = diff.slice(index + 1, end === -1 ? undefined : end);
    const kept = hunk.filter((one) => !one.startsWith('-')).map((one) => one.slice(1));
    const from = Number(count) === 0 ? Number(start) : Number(start) - 1;
    lines.splice(from + shift, Number(count), ...kept);
    shift += kept.length - Number(count);
  }
  return text(lines);
}

describe('unifiedDiff', () => {
  it('shows nothing where nothing differs', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n')).toEqual([]);
  });

  it('shows a changed line with three around it', () => {
    const before = numbered(9);
    const after = before.with(4, 'changed');
    expect(unifiedDiff(text(before), text(after))).toEqual([
      '@@ -2,7 +2,7 @@',
      ' line 2',
      ' line 3',
      ' line 4',
      '-line 5',
      '+changed',
      ' line 6',
      ' line 7',
      ' line 8',
    ]);
  });

  it('shows a whole text that is new or gone', () => {
    expect(unifiedDiff('', 'a\nb\n')).toEqual(['@@ -0,0 +1,2 @@', '+a', '+b']);
    expect(unifiedDiff('a\n', '')).toEqual(['@@ -1,1 +0,0 @@', '-a']);
  });

  it('tells a text without a line break at its end from one with it', () => {
    expect(unifiedDiff('a\n', 'a')).toEqual(['@@ -1,1 +1,1 @@', '-a', '+a\\ (no line break at the end)']);
  });

  it('leads from the one text to the other, whatever they are', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const before = Array.from({ length: random(40) }, () => `line ${random(6)}`);
      const after = before.flatMap((line) => [[line], [], [line, 'new'], ['other']][random(4)] ?? []);
      expect(patched(text(before), unifiedDiff(text(before), text(after)))).toBe(text(after));
    }
  });
});
