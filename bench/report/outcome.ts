import type { Details, Figures, Row } from '../measures/measure.js';
import { rounded, summarize } from './statistics.js';

/** A row with what is made of its rounds. */
export interface Outcome {
  /** The measure that it belongs to. */
  readonly measure: string;
  readonly row: Row;
  readonly figures: Figures;
  readonly isMet: boolean | null;
}

export function outcomeOf(measure: string, row: Row): Outcome {
  const figures = figuresOf(row);
  return { measure, row, figures, isMet: row.isMet(figures) };
}

function figuresOf({ ours: own, baseline: other }: Row): Figures {
  const ours = summarize(own).median;
  if (other.length === 0) return { ours };
  const baseline = summarize(other).median;
  return { ours, baseline, ratio: ours / baseline };
}

type JsonFigures = Figures & Readonly<Record<string, number | Details>>;
type Group = Readonly<Record<string, JsonFigures>>;

/** What machines read: by the name of each measure; those of `group.member` stand below their group. */
export function toJson(outcomes: readonly Outcome[]): Readonly<Record<string, JsonFigures | Group>> {
  const single: Record<string, JsonFigures> = {};
  const groups: Record<string, Group> = {};
  for (const outcome of outcomes) {
    const [name = '', member] = outcome.row.name.split('.');
    if (member === undefined) single[name] = jsonOf(outcome);
    else groups[name] = { ...groups[name], [member]: jsonOf(outcome) };
  }
  return { ...single, ...groups };
}

const jsonOf = ({ row, figures: { ours, baseline, ratio } }: Outcome): JsonFigures => ({
  ours: rounded(ours),
  ...(baseline !== undefined && { baseline: rounded(baseline) }),
  ...(ratio !== undefined && { ratio: rounded(ratio) }),
  ...row.details,
});

/** What people read in the terminal. */
export function describeOutcome({ row, figures: { ratio }, isMet }: Outcome): string {
  const { title, unit, ours, baseline, target } = row;
  const parts = [`ours ${spread(ours)}`, ...(baseline.length > 0 ? [`baseline ${spread(baseline)}`] : [])];
  const compared = ratio === undefined ? '' : `, ratio ${ratio.toFixed(2)}`;
  return `${title}: ${parts.join(', ')} ${unit}${compared}. To reach: ${target}: ${isMet === null ? 'not judged at this size' : isMet ? 'met' : 'NOT met'}.`;
}

/** The median, and from where to where the rounds went. */
export function spread(values: readonly number[]): string {
  const { median, least, most } = summarize(values);
  return least === most ? `${rounded(median)}` : `${rounded(median)} (${rounded(least)} to ${rounded(most)})`;
}
