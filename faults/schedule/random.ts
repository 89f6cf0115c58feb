/**
 * Mulberry32: a small generator that everybody can write again (Tommy Ettinger, public domain). 32 bits of state are
 * enough to tell schedules apart; nothing secret comes of it.
 */
export class Random {
  private state: number;

  /** @param seed a whole number from 0 to 2³² - 1 */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both bounds included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[Math.floor(this.next() * values.length)] ?? values[0];
  }

  /** One of several, each as likely as its weight. */
  weighted<Value>(choices: readonly [readonly [number, Value], ...(readonly [number, Value])[]]): Value {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices[0][1];
  }
}

/**
 * The seed of one schedule of a run. The first has the seed of the run itself: so a schedule is repeated alone by
 * `--seed <its own seed> --schedules 1`.
 */
export function seedOf(run: number, index: number): number {
  if (index === 0) return run >>> 0;
  // The finaliser of MurmurHash3: neighbours come far apart.
  let mixed = (run ^ Math.imul(index, 0x9e3779b9)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
