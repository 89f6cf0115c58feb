import { type BenchWorld, startBenchWorld } from '../world/world.js';
import type { Circumstances } from './measure.js';

/** Runs a measure in a world of its own: what thousands of changes leave behind is nobody else's. */
export async function inOwnWorld<Result>(
  { say, tuned }: Pick<Circumstances, 'say' | 'tuned'>,
  run: (world: BenchWorld) => Promise<Result>,
): Promise<Result> {
  const world = await startBenchWorld({ say, tuned, subjects: 4, counted: true });
  try {
    return await run(world);
  } finally {
    await world.stop();
  }
}
