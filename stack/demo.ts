import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../client/index.js';
import { untilAskedToStop } from './process/untilAskedToStop.js';
import type { ReadBack } from './readBack.js';
import { readyFileContent, writeReadyFile } from './readyFile.js';
import { play } from './scenes/play.js';
import type { Scene } from './scenes/scene.js';
import { scenes } from './scenes/scenes.js';
import { type Stack, startStack } from './startStack.js';

const help = `npm run demo -- [options]

Starts the embedded stack, runs one change of each kind under a Safe, from request to running CVM, and takes everything
down again.

  --kind <kind>  update, replicate, provision or allowlist; can be given more than once; default: all of them
  --keep         leave the stack up afterwards, until Ctrl-C
  --json         the last line is one JSON object {"changes": […]}, read back from the workflows, the chain and the API

Exit codes: 0 every change completed, 1 one did not, 2 invalid options, 130 interrupted.
`;

const { values } = parseArgs({
  options: {
    kind: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** With --json, everything but the result goes to standard error. */
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

/** What a shell shows of a program that Ctrl-C ended. */
const interrupted = 130;

async function main(): Promise<number> {
  if (values.help) {
    say(help);
    return 0;
  }
  const wanted = scenes.filter(({ kind }) => values.kind.length === 0 || values.kind.includes(kind));
  const unknown = values.kind.find((kind) => !scenes.some((scene) => scene.kind === kind));
  if (unknown !== undefined) {
    process.stderr.write(`--kind: must be one of ${scenes.map(({ kind }) => kind).join(', ')}\n`);
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
  const stopped = untilAskedToStop();
  try {
    const stack = await Promise.race([
      startStack({ folder, progress: say, env: process.env }),
      stopped.then(() => null),
    ]);
    // What has been started so far ends with this process.
    return stack === null ? interrupted : await show(stack, wanted, { folder, stopped });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(
  stack: Stack,
  wanted: readonly Scene[],
  { folder, stopped }: { folder: string; stopped: Promise<void> },
): Promise<number> {
  try {
    const changes = await Promise.race([
      playAll(stack, wanted),
      stack.broken.then((why) => Promise.reject(new Error(why))),
      stopped.then(() => null),
    ]);
    if (changes === null) return interrupted;
    if (values.keep) await keep(stack, folder, stopped);
    if (values.json) process.stdout.write(`${JSON.stringify({ changes })}\n`);
    return changes.every(({ phase }) => phase === 'completed') ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

/** The wanted changes, one after the other: each finds what the one before left. */
async function playAll(stack: Stack, wanted: readonly Scene[]): Promise<readonly ReadBack[]> {
  const { address, namespace } = stack.temporal;
  const countersign = await connect({ environment: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } });
  const changes: ReadBack[] = [];
  try {
    for (const scene of wanted) changes.push(await play(scene, { countersign, stack, say }));
    return changes;
  } finally {
    await countersign.close();
  }
}

async function keep(stack: Stack, folder: string, stopped: Promise<void>): Promise<void> {
  const readyFile = join(folder, 'stack.json');
  await writeReadyFile(readyFile, readyFileContent(stack));
  say(`\nThe stack stays up until Ctrl-C; how to reach it: ${readyFile}`);
  if (stack.temporal.uiUrl) say(`  ${stack.temporal.uiUrl}`);
  await Promise.race([stopped, stack.broken]);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
