import type { Circumstances, Measure } from './measures/measure.js';
import { describeOutcome, type Outcome, outcomeOf } from './report/outcome.js';
import { type BenchWorld, startBenchWorld } from './world/world.js';

type Settings = Omit<Circumstances, 'world'>;

/** What became of the measures. */
export interface Measured {
  readonly outcomes: readonly Outcome[];
  /** Why what was to be measured could not be, by the name of the measure. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Updates at a time. */
const subjects = 40;

/** Runs one measure after the other. One that fails takes no other with it. */
export async function runMeasures(measures: readonly Measure[], settings: Settings): Promise<Measured> {
  const { say, tuned } = settings;
  const outcomes: Outcome[] = [];
  const failed = new Map<string, string>();
  let started: Promise<BenchWorld> | undefined;
  const world = (): Promise<BenchWorld> => {
    started ??= startBenchWorld({ say, tuned, subjects });
    return started;
  };
  try {
    for (const { name, run } of measures) {
      say(`${name} …`);
      try {
        const measured = (await run({ ...settings, world })).map((row) => outcomeOf(name, row));
        outcomes.push(...measured);
        for (const outcome of measured) say(describeOutcome(outcome));
      } catch (error) {
        failed.set(name, error instanceof Error ? error.message : String(error));
        say(
          `${name} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    }
    return { outcomes, failed };
  } finally {
    await started?.then(
      (bench) => bench.stop(),
      () => {},
    );
  }
}
