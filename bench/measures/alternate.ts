import type { SideName } from '../world/side.js';

interface Alternating {
  readonly rounds: number;
  readonly unit: string;
  readonly say: (line: string) => void;
  /** One round of one side. */
  readonly play: (side: SideName, round: number) => Promise<number>;
}

/**
 * Plays both sides by turns, the one that begins changing from round to round: what slows the machine down for a while hits
 * both. Each side first plays a round that does not count.
 */
export async function alternate({ rounds, unit, say, play }: Alternating): Promise<Record<SideName, number[]>> {
  const results: Record<SideName, number[]> = { ours: [], baseline: [] };
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? (['baseline', 'ours'] as const) : (['ours', 'baseline'] as const);
    const shown: Partial<Record<SideName, number>> = {};
    for (const side of order) {
      const value = await play(side, round);
      shown[side] = value;
      if (round > 0) results[side].push(value);
    }
    const line = `ours ${shown.ours?.toFixed(1)}, baseline ${shown.baseline?.toFixed(1)} ${unit}`;
    say(`  ${round === 0 ? 'warm-up' : `round ${round}`}: ${line}`);
  }
  return results;
}
