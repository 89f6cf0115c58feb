import { describe, expect, it } from 'vitest';
import { directed } from '../../faults/plants/directed.js';
import { type PlantName, plants, plantVariable } from '../../faults/plants/plants.js';
import type { Schedule } from '../../faults/schedule/schedule.js';
import { playWorld } from '../../faults/suite/playWorld.js';

/** The rules by which the checker finds each plant, schedule by schedule. Where the API itself refuses to do a thing twice, the lie is found. */
const findings: Readonly<Record<PlantName, readonly string[]>> = {
  commitsWithoutLooking: ['truth', 'once'],
  trustsTheReceipt: ['verification', 'truth'],
  keepsTheToken: ['secret'],
};

async function rulesBroken(schedules: readonly Schedule[], plant: PlantName | null): Promise<readonly string[][]> {
  const { judged } = await playWorld(schedules, {
    concurrency: schedules.length,
    progress: () => {},
    ...(plant && { workerProgram: 'dist/faults/plants/worker.js', workerEnvironment: { [plantVariable]: plant } }),
  });
  return judged.map(({ violations }) => violations.map(({ rule }) => rule));
}

// The names are those of the table; Object.keys does not say so.
const names = Object.keys(plants) as PlantName[];

describe('the checker', () => {
  it.each(names)('finds the planted defect %s', { timeout: 120_000 }, async (name) => {
    const broken = await rulesBroken(directed[name], name);
    for (const [index, rule] of findings[name].entries())
      expect(broken[index], `schedule ${index + 1}`).toContain(rule);
  });

  it('finds nothing in an engine without one', { timeout: 120_000 }, async () => {
    const schedules = Object.values(directed).flat();
    expect(await rulesBroken(schedules, null)).toEqual(schedules.map(() => []));
  });
});
