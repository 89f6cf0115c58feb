import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LeashOptions, spawnLeashed } from './spawnLeashed.js';
import { eventually, listMarked, listProcesses } from './testing/processTable.js';

/** Runs a shell script under a command line that no other process of the machine has. */
function spawnScript(script: string, options: Partial<LeashOptions> = {}) {
  const mark = `leash-test-${randomUUID()}`;
  const process = spawnLeashed('sh', ['-c', script, mark], { name: 'a test script', ...options });
  return { mark, process };
}

async function nothingLeft(mark: string, group: number) {
  expect(await listMarked(mark)).toEqual([]);
  expect((await listProcesses()).filter((listed) => listed.group === group)).toEqual([]);
}

test('a command that exits by itself passes its status on and leaves nothing', async () => {
  const { mark, process } = spawnScript('exit 3');
  expect(await process.exited).toEqual({ code: 3, signal: null });
  await nothingLeft(mark, process.pid);
});

test('a command ended by a signal is reported with that signal', async () => {
  const { mark, process } = spawnScript('kill -s USR1 $$; sleep 60');
  expect(await process.exited).toEqual({ code: null, signal: 'SIGUSR1' });
  await nothingLeft(mark, process.pid);
});

test('a command that is not found ends with the shell status 127 and says so on stderr', async () => {
  const lines: string[] = [];
  const { exited } = spawnLeashed('no-such-command', [], { name: 'nothing', onLine: (line) => lines.push(line) });
  expect(await exited).toEqual({ code: 127, signal: null });
  expect(lines.join('\n')).toContain('no-such-command');
});

test('a folder that does not exist is an error at the call', () => {
  const cwd = join(tmpdir(), randomUUID());
  expect(() => spawnLeashed('true', [], { name: 'the server', cwd })).toThrow(`Cannot start the server`);
});

test('stop lets the command finish in order', async () => {
  const lines: string[] = [];
  const { mark, process } = spawnScript(
    `trap 'echo tidied up; exit 5' TERM; echo ready; while :; do sleep 0.02; done`,
    {
      // What the shell says of a sleep that it lost goes to stderr.
      onLine: (line, stream) => stream === 'stdout' && lines.push(line),
    },
  );
  await eventually(
    () => lines,
    (seen) => seen.includes('ready'),
  );
  await process.stop(5_000);
  expect(await process.exited).toEqual({ code: 5, signal: null });
  expect(lines).toEqual(['ready', 'tidied up']);
  await nothingLeft(mark, process.pid);
});

test('stop kills a command that ignores TERM, after the grace and not before', async () => {
  const lines: string[] = [];
  const { mark, process } = spawnScript(`trap '' TERM; echo ready; while :; do sleep 0.05; done`, {
    onLine: (line) => lines.push(line),
  });
  await eventually(
    () => lines,
    (seen) => seen.includes('ready'),
  );
  const start = Date.now();
  await process.stop(600);
  expect(Date.now() - start).toBeGreaterThanOrEqual(600);
  expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await nothingLeft(mark, process.pid);
});

test('stop without a grace kills at once, and stopping what has ended is nothing', async () => {
  const { mark, process } = spawnScript(`trap 'exit 5' TERM; while :; do sleep 0.02; done`);
  await process.stop(0);
  expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await Promise.all([process.stop(0), process.stop(1_000)]);
  await nothingLeft(mark, process.pid);
});

test('what the command started goes with it, whether it is stopped or leaves by itself', async () => {
  const stopped = spawnScript('sleep 3600 & sh -c "sleep 3600; :" & wait');
  await eventually(
    async () => (await listProcesses()).filter(({ group }) => group === stopped.process.pid),
    // The command, two children, one grandchild, and the leash.
    (group) => group.length >= 5,
  );
  await stopped.process.stop(2_000);
  await nothingLeft(stopped.mark, stopped.process.pid);

  const left = spawnScript('sleep 3600 & exit 0');
  expect(await left.process.exited).toEqual({ code: 0, signal: null });
  await nothingLeft(left.mark, left.process.pid);
});

test('a command whose leash is killed is killed too', async () => {
  const { mark, process } = spawnScript('sleep 3600; :');
  const [leash] = await eventually(
    async () => (await listProcesses()).filter(({ command }) => command.includes(mark) && command.includes('leash ')),
    (found) => found.length === 1,
  );
  if (leash === undefined) throw new Error('no leash found');
  globalThis.process.kill(leash.pid, 'SIGKILL');
  expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await nothingLeft(mark, process.pid);
});

test('a descendant that left the group and holds the output open delays the end only briefly', async () => {
  const escaping = `require('child_process').spawn('sleep', ['15'], { detached: true, stdio: 'inherit' }).unref()`;
  const { exited } = spawnLeashed(process.execPath, ['-e', escaping], { name: 'an escape', onLine: () => {} });
  const start = Date.now();
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(Date.now() - start).toBeLessThan(12_000);
});
