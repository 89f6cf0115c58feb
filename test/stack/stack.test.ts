import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultTaskQueue } from '../../model/taskQueues.js';
import { eventually, listProcesses } from '../../stack/process/testing/processTable.js';
import { projectFolder } from '../../stack/projectFolder.js';
import { replayAll } from '../rig/executions.js';
import { runCli } from '../rig/runCli.js';

let folder: string;
/** Process ids of the stacks that were started. */
const started: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-stack-'));
});
afterAll(async () => {
  // Whatever a failed test has left: the run itself leaves nothing behind.
  for (const pid of await alive(started)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface RunningStack {
  readonly npm: ChildProcess;
  readonly output: () => string;
  readonly readyFile: string;
  // biome-ignore lint/suspicious/noExplicitAny: a file that others read; what is in it is what is tested
  readonly ready: any;
}

/** Runs the stack as the README says, with the file in a folder of its own, and waits until it is ready. */
async function startStack(name: string): Promise<RunningStack> {
  const readyFile = join(folder, name, 'stack.json');
  const { PATH = '', HOME = '' } = process.env;
  const npm = spawn('npm', ['run', '--silent', 'stack', '--', '--ready-file', readyFile], {
    cwd: projectFolder(),
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const read = (): Promise<string> => readFile(readyFile, 'utf8').catch(() => '');
  const content = await eventually(read, (seen) => seen !== '' || npm.exitCode !== null, 90_000);
  if (content === '') throw new Error(`The stack ended before it was ready:\n${text}`);
  const ready = JSON.parse(content);
  started.push(ready.pid);
  return { npm, output: () => text, readyFile, ready };
}

/** Process ids of everything that belongs to a stack: by its folder, its ports, and its worker's parent. */
async function partsOf({ ready, readyFile }: RunningStack): Promise<number[]> {
  const children = await childrenOf(ready.pid);
  const marked = (await listProcesses()).filter(
    ({ command }) => command.includes(readyFile) || command.includes(join(readyFile, '..')),
  );
  return [...new Set([ready.pid, ...children, ...marked.map(({ pid }) => pid)])];
}

async function childrenOf(parent: number): Promise<number[]> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=', '-o', 'ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid] : []));
}

const alive = async (pids: readonly number[]): Promise<number[]> => {
  const running = new Set((await listProcesses()).map(({ pid }) => pid));
  return pids.filter((pid) => running.has(pid));
};

describe('npm run stack', () => {
  it('says in its file, and to people, what others need to know, and a newcomer’s update runs on it', async () => {
    const stack = await startStack('whole');
    const { ready } = stack;
    expect(ready).toMatchObject({
      temporalNamespace: 'default',
      chainId: 31337,
      phalaApiKey: expect.stringMatching(/^phak_/),
      safes: [{ threshold: 2, owners: [{}, {}, {}] }],
      cvms: [{ registrar: 'safe' }, { registrar: 'ownerKey' }, { owner: null, registrar: null }],
    });
    for (const { address, privateKey } of ready.safes[0].owners) {
      expect(address).toMatch(/^0x[0-9a-fA-F]{40}$/);
      expect(privateKey).toMatch(/^0x[0-9a-f]{64}$/);
    }
    expect(ready.cvms[0].owner.toLowerCase()).toBe(ready.safes[0].address.toLowerCase());
    expect((await fetch(ready.temporalUi)).status).toBe(200);
    expect((await fetch(`${ready.gateway.url}/readyz`)).status).toBe(200);
    for (const told of [
      ready.temporalAddress,
      ready.temporalUi,
      ready.rpcUrl,
      ready.phalaApi,
      ready.gateway.url,
      ready.cvms[0].cvmId,
    ]) {
      expect(stack.output()).toContain(told);
    }

    await writeFile(join(folder, 'compose.yml'), 'services:\n  web:\n    image: nginx:1.28\n');
    const environment = { TEMPORAL_ADDRESS: ready.temporalAddress, TEMPORAL_NAMESPACE: ready.temporalNamespace };
    const { cvmId } = ready.cvms[1];
    const update = await runCli(['update', cvmId.replaceAll('-', ''), '-c', 'compose.yml', '--wait', '--json'], {
      environment,
      cwd: folder,
    });
    expect(update.code, update.stderr).toBe(0);
    expect(JSON.parse(update.stdout)).toMatchObject({ change: `cvm-${cvmId}`, phase: 'completed' });

    const connection = await Connection.connect({ address: ready.temporalAddress });
    expect(await replayAll(new Client({ connection }), defaultTaskQueue, [])).toBeGreaterThan(0);
    await connection.close();
    stack.npm.kill('SIGTERM');
    await eventually(
      () => readFile(stack.readyFile, 'utf8').catch(() => ''),
      (seen) => seen === '',
      30_000,
    );
  }, 180_000);

  it.each([
    ['SIGTERM to npm', ({ npm }: RunningStack) => npm.kill('SIGTERM')],
    ['Ctrl-C in its terminal', ({ npm }: RunningStack) => process.kill(-(npm.pid ?? 0), 'SIGINT')],
    ['SIGKILL of npm', ({ npm }: RunningStack) => npm.kill('SIGKILL')],
    ['SIGKILL of the stack itself', ({ ready }: RunningStack) => process.kill(ready.pid, 'SIGKILL')],
  ])(
    'leaves no process behind: %s',
    async (name, end) => {
      const stack = await startStack(name.replaceAll(/\W+/g, '-'));
      const parts = await partsOf(stack);
      expect(parts.length).toBeGreaterThanOrEqual(4);
      end(stack);
      await eventually(
        () => alive(parts),
        (left) => left.length === 0,
        30_000,
      );
    },
    180_000,
  );

  it('goes on when its worker is killed, and starts another one', async () => {
    const stack = await startStack('worker');
    const workers = async () => {
      const children = await childrenOf(stack.ready.pid);
      return (await listProcesses()).filter(
        ({ pid, command }) => children.includes(pid) && command.includes('worker/main.js'),
      );
    };
    const [worker] = await workers();
    if (!worker) throw new Error('expected a worker among the children of the stack');
    // Not at once after its start: that would be taken for a worker that cannot start.
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    process.kill(worker.pid, 'SIGKILL');
    await eventually(workers, ([next]) => next !== undefined && next.pid !== worker.pid, 30_000);
    stack.npm.kill('SIGTERM');
    await eventually(
      () => alive([stack.ready.pid]),
      (left) => left.length === 0,
      30_000,
    );
  }, 180_000);
});
