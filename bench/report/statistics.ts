/** What several rounds say. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws Error where there is nothing to sum up */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((one, other) => one - other);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (least === undefined || most === undefined || low === undefined || high === undefined) {
    throw new Error('Nothing was measured.');
  }
  return { median: (low + high) / 2, least, most };
}

/** Three digits that count: the machine gives no more. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
