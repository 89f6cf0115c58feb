import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, http, parseAbiItem } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { Phase } from '../../model/phases.js';
import type { ChangeResult, ChangeStatus } from '../../model/status.js';
import type { EndpointName } from '../../simulator/faults/faultRule.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { mine } from '../../stack/localChain/faults.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { struck } from '../rig/struck.js';

/** More blocks than the chain makes by itself while this runs; they are mined at once when it is time. */
const confirmations = 90;
/** Long enough that a change stands in the phase when the worker dies, and not so long that the test waits for it. */
const stretch = 8_000;
const rig = useRig({ workers: false, cloud: { operationSeconds: stretch / 1000 } });

interface Case {
  readonly cvm: SimulatedCvm;
  readonly change: Change;
  /** Sees it in its phase. */
  readonly arrived: () => Promise<void>;
}

const governances = ['safe', 'ownerKey'] as const;
const held = ['preparing', 'awaitingRegistration', 'verifying', 'committing', 'applying'] as const satisfies Phase[];
const cases = new Map<string, Case>();
const phasesAtDeath = new Map<string, Phase>();
const results = new Map<string, ChangeResult>();
let folder: string;
let worker: WorkerProcess;

const startWorker = (): Promise<WorkerProcess> =>
  startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });

/** Those that only stay in their phase for a while: paused before their commit, they get there when all are ready. */
const passing: readonly Phase[] = ['committing', 'applying'];
const slow = new Map<Phase, EndpointName>([
  ['preparing', 'patchCvm'],
  ['committing', 'commitUpdate'],
]);

/** Starts a change and brings it into the phase, or right before it where it passes. */
async function bringInto(phase: (typeof held)[number], governance: (typeof governances)[number]): Promise<Case> {
  const cvm = await rig.addCvm(governance);
  const endpoint = slow.get(phase);
  const what = { kind: 'delay', milliseconds: stretch } as const;
  const call = endpoint && rig.cloud.simulator.faults.add({ endpoint, cvm: cvm.vmUuid, what });
  const finality = phase === 'verifying' ? confirmations : 'latest';
  // Nobody sends the registration, where the change is to wait for it.
  const registrar = phase === 'awaitingRegistration' ? 'external' : 'auto';
  const change = await rig.countersign.updateCvm(rig.request(cvm, { registrar, policy: { finality } }));
  if (passing.includes(phase)) await change.send('pause', { by: 'test' });
  if (phase !== 'preparing' && phase !== 'awaitingRegistration' && governance === 'safe') {
    await rig.register(change, await rig.until(change, 'awaitingRegistration'));
  }
  const isHeld = ({ awaiting }: ChangeStatus): boolean => awaiting?.startsWith('a resume') ?? false;
  if (passing.includes(phase)) await rig.untilStatus(change, isHeld, 'a change that is held');
  else await rig.until(change, phase);
  const arrived = async (): Promise<void> => {
    if (passing.includes(phase)) await change.send('resume', { by: 'test' });
    await rig.until(change, phase);
    // The phase comes before the call.
    if (call) await struck(call);
  };
  return { cvm, change, arrived };
}

/** What is left to do for people, after the worker has come back. */
async function finish(
  { cvm, change }: Case,
  governance: (typeof governances)[number],
  phase: Phase,
): Promise<ChangeResult> {
  if (phase === 'awaitingRegistration' || (phase === 'preparing' && governance === 'safe')) {
    const waiting = await rig.until(change, 'awaitingRegistration');
    if (governance === 'safe') await rig.register(change, waiting);
    else await registerByKey(cvm, waiting.composeHash ?? '0x');
  }
  return change.result();
}

async function registerByKey(cvm: SimulatedCvm, composeHash: `0x${string}`): Promise<void> {
  const { registerByOwnerKey } = await import('../../stack/localChain/dstackApp.js');
  const { anvil, ownerKey } = rig.cloud;
  await registerByOwnerKey({ rpcUrl: anvil.rpcUrl, app: cvm.appId, composeHash, ownerKey: ownerKey.privateKey });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-killed-'));
  worker = await startWorker();
  const bringAll = (phases: readonly (typeof held)[number][]): Promise<unknown> =>
    Promise.all(
      phases.flatMap((phase) =>
        governances.map(async (governance) => {
          cases.set(`${phase} ${governance}`, await bringInto(phase, governance));
        }),
      ),
    );
  // Those that stay where they are come first; the others only stay for a while.
  await bringAll(['awaitingRegistration', 'committing', 'applying']);
  await bringAll(['verifying']);
  await bringAll(['preparing']);
  await Promise.all([...cases.values()].map(({ arrived }) => arrived()));
  for (const [key, { change }] of cases) phasesAtDeath.set(key, (await change.status()).phase);
  process.kill(worker.pid, 'SIGKILL');
  await worker.exited;
  worker = await startWorker();
  await mine(rig.cloud.anvil.rpcUrl, confirmations);
  await Promise.all(
    held.flatMap((phase) =>
      governances.map(async (governance) => {
        const started = cases.get(`${phase} ${governance}`);
        if (started) results.set(`${phase} ${governance}`, await finish(started, governance, phase));
      }),
    ),
  );
}, 180_000);

afterAll(async () => {
  await worker.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

describe.each(held.flatMap((phase) => governances.map((governance) => [phase, governance] as const)))(
  'a worker that is killed while a change is %s (%s) and started again',
  (phase, governance) => {
    const found = (): { cvm: SimulatedCvm; result: ChangeResult } => {
      const key = `${phase} ${governance}`;
      const [started, result] = [cases.get(key), results.get(key)];
      if (!started || !result) throw new Error(`expected a result of ${key}`);
      return { cvm: started.cvm, result };
    };

    it('died while the change stood in that phase', () => {
      expect(phasesAtDeath.get(`${phase} ${governance}`)).toBe(phase);
    });

    it('ends it in exactly one commit of the hash that was registered', () => {
      const { cvm, result } = found();
      expect(result.phase).toBe('completed');
      expect(cvm.commits).toMatchObject([{ composeHash: result.composeHash, correlationId: result.correlationId }]);
      expect(cvm.bootedComposeHash).toBe(result.composeHash);
    });

    it('has the hash registered once', async () => {
      const { cvm, result } = found();
      const client = createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) });
      const event = parseAbiItem('event ComposeHashAdded(bytes32 composeHash)');
      const logs = await client.getLogs({ address: cvm.appId, event, fromBlock: 'earliest' });
      expect(logs.filter(({ args }) => args.composeHash === result.composeHash)).toHaveLength(1);
    });
  },
);
