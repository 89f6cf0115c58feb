/** Lines around a difference. */
const context = 3;
/** Beyond this the difference is shown as a whole: the work grows with the product of both lengths. */
const mostLines = 4_000;

type Kind = ' ' | '-' | '+';

interface Line {
  readonly kind: Kind;
  readonly text: string;
}

/**
 * The difference of two texts in the unified form, with its hunks: `@@ -1,4 +1,5 @@`.
 *
 * @returns no line where the texts are the same
 */
export function unifiedDiff(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const lines = compare(linesOf(before), linesOf(after));
  return hunksOf(lines).flatMap(({ from, to }) => [
    header(lines, from, to),
    ...lines.slice(from, to).map(({ kind, text }) => `${kind}${text}`),
  ]);
}

/** A text that does not end with a line break differs from one that does. */
const linesOf = (text: string): readonly string[] => {
  if (text === '') return [];
  const lines = text.split('\n');
  return text.endsWith('\n')
    ? lines.slice(0, -1)
    : [...lines.slice(0, -1), `${lines.at(-1)}\\ (no line break at the end)`];
};

/** The longest common subsequence decides what stays. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const all = (texts: readonly string[], kind: Kind): readonly Line[] => texts.map((text) => ({ kind, text }));
  if (before.length > mostLines || after.length > mostLines) return [...all(before, '-'), ...all(after, '+')];
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (one: number, other: number): number => lengths[one * width + other] ?? 0;
  for (let one = before.length - 1; one >= 0; one--) {
    for (let other = after.length - 1; other >= 0; other--) {
      const same = before[one] === after[other];
      lengths[one * width + other] = same
        ? at(one + 1, other + 1) + 1
        : Math.max(at(one + 1, other), at(one, other + 1));
    }
  }
  const lines: Line[] = [];
  let [one, other] = [0, 0];
  while (one < before.length || other < after.length) {
    const [old, now] = [before[one], after[other]];
    if (old !== undefined && old === now) {
      lines.push({ kind: ' ', text: old });
      one++;
      other++;
    } else if (old !== undefined && (now === undefined || at(one + 1, other) >= at(one, other + 1))) {
      lines.push({ kind: '-', text: old });
      one++;
    } else {
      lines.push({ kind: '+', text: now ?? '' });
      other++;
    }
  }
  return lines;
}

interface Hunk {
  readonly from: number;
  readonly to: number;
}

/** What is changed, with the lines around it; what touches is one. */
function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  for (const [index, { kind }] of lines.entries()) {
    if (kind === ' ') continue;
    const [from, to] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = hunks.at(-1);
    if (last && from <= last.to) hunks[hunks.length - 1] = { from: last.from, to };
    else hunks.push({ from, to });
  }
  return hunks;
}

function header(lines: readonly Line[], from: number, to: number): string {
  const range = (skipped: Kind): string => {
    const start = lines.slice(0, from).filter(({ kind }) => kind !== skipped).length;
    const count = lines.slice(from, to).filter(({ kind }) => kind !== skipped).length;
    return `${count === 0 ? start : start + 1},${count}`;
  };
  return `@@ -${range('+')} +${range('-')} @@`;
}
