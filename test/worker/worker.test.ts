import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { spawnLeashed } from '../../stack/process/spawnLeashed.js';
import { projectFolder } from '../../stack/projectFolder.js';
import { startWorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';

const rig = useRig({ workers: false });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-worker-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a worker to its end, without anything that is not given. */
async function runWorker(environment: Record<string, string>) {
  const lines: string[] = [];
  const worker = spawnLeashed(process.execPath, [join(projectFolder(), 'dist/worker/main.js')], {
    name: 'worker',
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
    onLine: (line) => lines.push(line),
  });
  const { code } = await worker.exited;
  return { code, text: lines.join('\n') };
}

describe('a worker', () => {
  it('ends at once with 2, naming every variable at fault, where its configuration does not do', async () => {
    const { code, text } = await runWorker({ COUNTERSIGN_OWNER_KEY: 'hunter2', COUNTERSIGN_RPC_URL_1: 'not a url' });
    expect(code).toBe(2);
    for (const name of ['PHALA_CLOUD_API_KEY', 'COUNTERSIGN_OWNER_KEY', 'COUNTERSIGN_RPC_URL_1'])
      expect(text).toContain(name);
    expect(text).not.toContain('hunter2');
    expect(text).not.toMatch(/^\s+at /m);
  });

  it('ends with 2, naming the address and the way out, where Temporal does not answer', async () => {
    const { code, text } = await runWorker({ ...rig.workerEnvironment, TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(code).toBe(2);
    expect(text).toContain('127.0.0.1:9');
    expect(text).toContain('npm run stack');
  });

  it('wants a key ring of its own in production', async () => {
    const { COUNTERSIGN_SEAL_KEYS: _, ...environment } = rig.workerEnvironment;
    const { code, text } = await runWorker({ ...environment, NODE_ENV: 'production' });
    expect(code).toBe(2);
    expect(text).toContain('COUNTERSIGN_SEAL_KEYS');
  });

  it('says ready when it polls, tells its health, finishes what it has begun when it is asked to stop, and exits with 0', async () => {
    const logFile = join(folder, 'worker.log');
    const worker = await startWorkerProcess({ environment: rig.workerEnvironment, logFile });
    const lines = (await readFile(logFile, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ready = lines.find(({ msg }) => msg === 'ready');
    expect(ready).toMatchObject({
      level: 'info',
      temporal: inject('temporalAddress'),
      taskQueue: rig.taskQueue,
      chains: [31337],
    });
    expect((await fetch(`${ready.health}/livez`)).status).toBe(200);
    expect((await fetch(`${ready.health}/readyz`)).status).toBe(200);

    const cvm = await rig.addCvm('none');
    const held = rig.cloud.simulator.faults.add({
      endpoint: 'patchCvm',
      cvm: cvm.vmUuid,
      what: { kind: 'delay', milliseconds: 2_000 },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await expect.poll(() => held.used, { timeout: 20_000, interval: 20 }).toBe(1);
    await worker.stop(30_000);
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    // The call was under way when it was asked to stop; it saw the answer before it went.
    expect(cvm.commits).toHaveLength(1);
    const requests = rig.cloud.simulator.ledger.requests.filter(
      ({ cvmId, endpoint }) => cvmId === cvm.vmUuid && endpoint === 'patchCvm',
    );
    expect(requests.map(({ status }) => status)).toEqual([202]);

    const next = await startWorkerProcess({ environment: rig.workerEnvironment, logFile });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
    await next.stop(10_000);
  });
});
