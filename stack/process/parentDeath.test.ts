import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, listMarked } from './testing/processTable.js';

const run = promisify(execFile);
const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

/** The parent that dies is a plain Node process, so the module under test is compiled for it first. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-leash-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const options = ['--ignoreConfig', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--skipLibCheck'];
  const source = fileURLToPath(new URL('./spawnLeashed.ts', import.meta.url));
  await run(join(projectRoot, 'node_modules/.bin/tsc'), [...options, '--outDir', folder, source], { cwd: projectRoot });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a parent that leashes a child running `childScript`, then runs `afterwards` once the child is up. */
async function startParent(childScript: string, afterwards: string) {
  const mark = `leash-test-${randomUUID()}`;
  const file = join(folder, `${mark}.js`);
  await writeFile(
    file,
    `import { spawnLeashed } from './spawnLeashed.js';
     const args = ['-c', ${JSON.stringify(childScript)}, ${JSON.stringify(`child-${mark}`)}];
     const onLine = (line, stream) => { if (stream === 'stdout') process.stdout.write(line + '\\n'); if (line === 'up') up(); };
     const child = spawnLeashed('sh', args, { name: 'child', onLine });
     function up() { ${afterwards} }`,
  );
  // A group of its own, as a terminal's foreground job has.
  const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const lines: string[] = [];
  parent.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trimEnd().split('\n')));
  return { parent, child: `child-${mark}`, lines };
}

const waiting = 'sleep 3600 & echo up; wait';

async function groupOf(parent: ChildProcess): Promise<number> {
  if (parent.pid === undefined) throw new Error('the parent did not start');
  return parent.pid;
}

test('the child and its children die when the parent is SIGKILLed', async () => {
  const { parent, child, lines } = await startParent(waiting, '');
  await eventually(
    () => lines,
    (seen) => seen.includes('up'),
  );
  expect(await listMarked(child)).not.toEqual([]);
  parent.kill('SIGKILL');
  await eventually(
    () => listMarked(child),
    (left) => left.length === 0,
  );
});

test('the child dies when the parent crashes by an exception', async () => {
  const { parent, child } = await startParent(waiting, `throw new Error('crash')`);
  const [code] = await once(parent, 'exit');
  expect(code).not.toBe(0);
  await eventually(
    () => listMarked(child),
    (left) => left.length === 0,
  );
});

test('a child that ignores TERM dies when the parent is gone, after the grace', async () => {
  const { parent, child } = await startParent(`trap '' TERM; echo up; while :; do sleep 0.1; done`, 'process.exit(7)');
  expect(await once(parent, 'exit')).toEqual([7, null]);
  await eventually(
    () => listMarked(child),
    (left) => left.length === 0,
    15_000,
  );
});

test('Ctrl-C reaches the parent alone, which stops the child in order', async () => {
  const { parent, child, lines } = await startParent(
    `trap 'echo child got INT' INT; trap 'echo child got TERM; exit 0' TERM; echo up; while :; do sleep 0.02; done`,
    `process.on('SIGINT', async () => {
       await child.stop(5_000);
       process.stdout.write('child ended ' + JSON.stringify(await child.exited) + '\\n');
       process.exit(0);
     });
     process.stdout.write('waiting\\n');`,
  );
  await eventually(
    () => lines,
    (seen) => seen.includes('waiting'),
  );
  process.kill(-(await groupOf(parent)), 'SIGINT');
  expect(await once(parent, 'close')).toEqual([0, null]);
  expect(lines).toEqual(['up', 'waiting', 'child got TERM', 'child ended {"code":0,"signal":null}']);
  expect(await listMarked(child)).toEqual([]);
});

test('Ctrl-C on a parent without a handler ends both', async () => {
  const { parent, child, lines } = await startParent(waiting, '');
  await eventually(
    () => lines,
    (seen) => seen.includes('up'),
  );
  process.kill(-(await groupOf(parent)), 'SIGINT');
  expect(await once(parent, 'exit')).toEqual([null, 'SIGINT']);
  await eventually(
    () => listMarked(child),
    (left) => left.length === 0,
  );
});
