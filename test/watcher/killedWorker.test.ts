import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mine, reorg } from '../../stack/localChain/faults.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { sightingsOf } from './seen.js';

const rig = useRig({ workers: false, watcher: true });
let proxy: RpcProxy;
let folder: string;
let worker: WorkerProcess;

beforeAll(async () => {
  proxy = await startRpcProxy(rig.cloud.anvil.rpcUrl);
  folder = await mkdtemp(join(tmpdir(), 'countersign-watcher-'));
});
afterAll(async () => {
  await worker.stop(5_000);
  await proxy.stop();
  await rm(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const startWorker = async (): Promise<void> => {
  const environment = { ...rig.workerEnvironment, [`COUNTERSIGN_RPC_URL_${rig.cloud.anvil.chainId}`]: proxy.url };
  worker = await startWorkerProcess({ environment, logFile: join(folder, 'worker.log') });
};

/** A change that waits until somebody calls the contract. */
async function waiting(finality: 'latest' | 'safe' | number) {
  const change = await rig.countersign.updateCvm(
    rig.request(await rig.addCvm('ownerKey'), { registrar: 'external', policy: { finality } }),
  );
  const { proposal } = await rig.until(change, 'awaitingRegistration');
  const [call] = proposal?.calls ?? [];
  if (!call) throw new Error('expected a call');
  const { anvil, ownerKey } = rig.cloud;
  const register = () => sendCall({ rpcUrl: anvil.rpcUrl, sender: ownerKey.privateKey, to: call.to, data: call.data });
  return { change, register };
}

it('a watcher whose worker is killed again and again misses nothing, and wakes nobody for what a reorganisation dropped', async () => {
  const { rpcUrl } = rig.cloud.anvil;
  await startWorker();
  const finalities = ['latest', 'safe', 2, 4] as const;
  const changes = await Promise.all(
    Array.from({ length: 12 }, (_, index) => waiting(finalities[index % 4] ?? 'latest')),
  );
  const dropped = await waiting(12);
  // No change can see anything by itself from here on: neither its own looks nor its checks read the state.
  proxy.fail('eth_call', { kind: 'status', status: 429 });

  // Blocks come by themselves, on a busy machine some more before this goes on: it is among the last six all the same, and
  // nothing else is.
  await mine(rpcUrl, 6);
  await dropped.register();
  await pause(1_200);
  await reorg(rpcUrl, 6);
  const lives: number[] = [];
  for (const [index, { register }] of changes.entries()) {
    await register();
    if (index % 2 === 1) continue;
    // Somewhere between two looks, within one, or while it tells.
    const life = Math.floor(Math.random() * 1_500);
    lives.push(life);
    await pause(life);
    process.kill(worker.pid, 'SIGKILL');
    await worker.exited;
    await pause(Math.random() * 1_000);
    await startWorker();
  }
  await mine(rpcUrl, 4);
  // To look by itself helps no change here: each is told which transaction it is, some time after it was had to look.
  const notTold = async (): Promise<readonly number[]> => {
    const told = await Promise.all(changes.map(({ change }) => sightingsOf(rig, change)));
    return told.flatMap((sightings, index) => (sightings.length === 0 ? [index] : []));
  };
  await expect
    .poll(notTold, { timeout: 120_000, interval: 500, message: `killed after ${lives.join(', ')} ms` })
    .toEqual([]);
  expect(await sightingsOf(rig, dropped.change)).toEqual([]);

  proxy.heal();
  for (const { change } of changes) expect(await change.result()).toMatchObject({ phase: 'completed' });
  expect((await dropped.change.status()).phase).toBe('awaitingRegistration');
}, 300_000);
