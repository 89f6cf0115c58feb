import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { type Alteration, alteredBundle } from '../rig/alteredBundle.js';
import { bundleFile } from '../rig/bundle.js';
import { installQuietRuntime } from '../rig/quietRuntime.js';
import { recordedHistories } from './historyFiles.js';

installQuietRuntime();
const histories = await recordedHistories();

/** Replays every history that was kept. @returns what is wrong, by the name of the history */
async function replay(codePath: string): Promise<Readonly<Record<string, string>>> {
  const names = new Map(histories.map(({ name, runId }) => [runId, name]));
  const problems: [string, string][] = [];
  for await (const { runId, error } of Worker.runReplayHistories({ workflowBundle: { codePath } }, histories)) {
    if (error) problems.push([names.get(runId) ?? runId, error.message.slice(0, 300)]);
  }
  return Object.fromEntries(problems);
}

async function replayAltered(alteration: Alteration): Promise<Readonly<Record<string, string>>> {
  const { file, remove } = await alteredBundle(alteration);
  try {
    return await replay(file);
  } finally {
    await remove();
  }
}

describe('the workflow code', () => {
  it('replays every history that was kept, of this release and of earlier ones', async () => {
    expect(histories.length, 'histories in test/histories').toBeGreaterThan(20);
    expect(await replay(bundleFile)).toEqual({});
  });
});

const place = { file: 'workflows/awaitRegistration.js', from: 'hints.reset();\n    change.enter(' } as const;

/** Changes that look harmless, each made to a copy of the code, and the histories that are in their way. */
const breaking: readonly (Alteration & { readonly what: string; readonly refusedBy: string })[] = [
  {
    what: 'a wait that was not there',
    ...place,
    to: `await change.sleep(1_000, 'a moment');\n${place.from}`,
    refusedBy: '0.1.0/update-safe',
  },
  {
    what: 'a step that is left out',
    file: 'workflows/register.js',
    from: 'if (known === null && seen.final)',
    to: 'if (seen.final)',
    refusedBy: '0.1.0/update-allMessages',
  },
  {
    what: 'another activity in the place of one',
    file: 'workflows/replicateCvm.js',
    from: 'phala.describeReplication.executeWithOptions(',
    to: 'phala.describeCvm.executeWithOptions(',
    refusedBy: '0.1.0/replicate-failed',
  },
  {
    what: 'another step at the end of those that failed',
    file: 'workflows/runChange.js',
    from: 'if (failure)\n            throw failure.toApplicationFailure();',
    to: "if (failure)\n            await condition(() => false, 1_000, { summary: 'a moment' });",
    refusedBy: '0.1.0/allowlist-failed',
  },
];

describe('the gate', { timeout: 120_000 }, () => {
  it.each(breaking)('refuses $what, and names the histories that it breaks', async ({ refusedBy, ...alteration }) => {
    const refused = await replayAltered(alteration);
    expect(Object.keys(refused)).toContain(refusedBy);
    expect(refused[refusedBy]).toContain('nondeterminism');
  });

  it('lets pass what changes no step, such as other words', async () => {
    const alteration = { file: 'workflows/course.js', from: 'Prepared: ', to: 'It is prepared: ' };
    expect(await replayAltered(alteration)).toEqual({});
  });

  it('lets pass a new step that running changes do not take, as docs/how-to/evolve-a-workflow.md has it', async () => {
    const to = `if (patched('moment')) await change.sleep(1_000, 'a moment');\n${place.from}`;
    const patch = { ...place, to, header: "import { patched } from '@temporalio/workflow';\n" };
    expect(await replayAltered(patch)).toEqual({});
  });
});
