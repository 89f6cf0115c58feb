import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectFolder } from '../../stack/projectFolder.js';
import { runProgram } from '../rig/runProgram.js';

/** The same each time: what it finds is a change of the engine, not of luck. */
const [seed, schedules] = [67, 200];

it('comes through 200 schedules of a fixed seed without a violation', { timeout: 600_000 }, async () => {
  const { HOME = '', TEMPORAL_CLI_PATH = '' } = process.env;
  const { code, stdout, stderr } = await runProgram(
    join(projectFolder(), 'dist/faults/main.js'),
    ['--schedules', String(schedules), '--seed', String(seed), '--world', '110', '--json'],
    { environment: { HOME, TEMPORAL_CLI_PATH }, cwd: projectFolder() },
  );
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect(code, stderr).toBe(0);
  const tally: Record<string, number> = JSON.parse(last);
  expect(tally).toMatchObject({ violations: 0, seed });
  // Those that failed before come first.
  expect(tally['schedules']).toBeGreaterThanOrEqual(schedules);
  for (const what of ['effectiveCommits', 'kills', 'serverRestarts', 'apiFaults', 'reorgs']) {
    expect(tally[what], what).toBeGreaterThan(0);
  }
});
