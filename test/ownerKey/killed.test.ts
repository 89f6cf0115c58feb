import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { type SignerServer, startSignerServer } from './signerServer.js';
import { registrationsOf, transactionsOfOwner } from './transactions.js';

const rig = useRig({ workers: false });
let folder: string;
let proxy: RpcProxy;
let signer: SignerServer;
let worker: WorkerProcess;

const startWorker = (): Promise<WorkerProcess> => {
  const { COUNTERSIGN_OWNER_KEY: _, ...environment } = rig.workerEnvironment;
  return startWorkerProcess({
    environment: {
      ...environment,
      COUNTERSIGN_OWNER_SIGNER_URL: signer.url,
      [`COUNTERSIGN_RPC_URL_${rig.cloud.anvil.chainId}`]: proxy.url,
    },
    logFile: join(folder, 'worker.log'),
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-sender-'));
  proxy = await startRpcProxy(rig.cloud.anvil.rpcUrl);
  signer = await startSignerServer(rig.cloud.ownerKey.privateKey);
});
afterAll(async () => {
  await worker?.stop(5_000);
  await Promise.all([proxy.stop(), signer.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const kill = (): void => {
  process.kill(worker.pid, 'SIGKILL');
};

/** Kills the worker as soon as a call has come to the node, or to the proxy in place of it. */
async function killAtSending(): Promise<void> {
  const before = proxy.calls('eth_sendRawTransaction');
  while (proxy.calls('eth_sendRawTransaction') === before) await pause(2);
  kill();
}

/** Brings it about that the worker dies at the instant. */
const instants: Readonly<Record<string, () => Promise<void>>> = {
  'while it waits for the signature': () =>
    new Promise((resolve) => {
      signer.on.asked = () => {
        kill();
        resolve();
      };
    }),
  'with a signature that nobody else has': () =>
    new Promise((resolve) => {
      signer.on.answered = () => {
        kill();
        resolve();
      };
    }),
  'with a transaction that was kept, and did not get out': () => {
    proxy.fail('eth_sendRawTransaction', { kind: 'hang' });
    return killAtSending();
  },
  'with a transaction that got out, and whose answer is lost': () => {
    proxy.fail('eth_sendRawTransaction', { kind: 'loseReply' });
    return killAtSending();
  },
};

describe('a worker that is killed', () => {
  it.each(Object.keys(instants))(
    '%s loses nothing and sends nothing twice',
    async (instant) => {
      worker = await startWorker();
      const cvm = await rig.addCvm('ownerKey');
      const before = await transactionsOfOwner(rig);
      const killed = instants[instant]?.();
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      await killed;
      await worker.exited;
      signer.on = { asked: () => {}, answered: () => {} };
      proxy.heal();
      worker = await startWorker();
      const result = await change.result();
      expect(result.phase).toBe('completed');
      const sent = (await transactionsOfOwner(rig)).slice(before.length);
      expect(sent.map(({ to }) => to)).toEqual([cvm.appId]);
      expect(await registrationsOf(rig, cvm, result.composeHash)).toBe(1);
      expect(cvm.commits).toHaveLength(1);
      await worker.stop(10_000);
    },
    120_000,
  );
});
