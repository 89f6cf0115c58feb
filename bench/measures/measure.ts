import type { BenchWorld } from '../world/world.js';

/** What a measure is given. */
export interface Circumstances {
  readonly say: (line: string) => void;
  /** Fewer rounds, and smaller ones. */
  readonly quick: boolean;
  /** Rounds of each side; null: as the measure has it. */
  readonly rounds: number | null;
  /** Changes in a round of the throughput, or that wait; null: as the measure has it. */
  readonly changes: number | null;
  /** Whether the Temporal server has the tuned settings. */
  readonly tuned: boolean;
  /** The world of the quick measures, started when somebody first needs it. */
  world(): Promise<BenchWorld>;
}

/** One line of the table. */
export interface Row {
  /** Its name in the JSON. */
  readonly name: string;
  readonly title: string;
  /** What the numbers are, as `updates/s`. */
  readonly unit: string;
  /** One for each round, in their order. */
  readonly ours: readonly number[];
  /** Empty where there is nothing to compare with. */
  readonly baseline: readonly number[];
  /** What was to be reached, in words. */
  readonly target: string;
  /** Null where too little was measured to say. */
  readonly isMet: (figures: Figures) => boolean | null;
  /** What a reader needs to know beside: sizes, what stands on the other side. */
  readonly how: string;
  /** Further figures, for the JSON and the page. */
  readonly details?: Readonly<Record<string, Details>>;
}

export type Details = Readonly<Record<string, number>>;

/** What is made of the rounds: medians, and the ratio of the medians. */
export interface Figures {
  readonly ours: number;
  readonly baseline?: number;
  readonly ratio?: number;
}

export interface Measure {
  /** As `--only` takes it. */
  readonly name: string;
  /** Whether it belongs to `--quick`. */
  readonly quick: boolean;
  run(circumstances: Circumstances): Promise<readonly Row[]>;
}
