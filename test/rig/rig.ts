import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { parseGwei } from 'viem';
import { afterAll, beforeAll, inject } from 'vitest';
import type { Senders } from '../../activities/sending/senders.js';
import type { FeePolicy } from '../../chain/sending/fees.js';
import type { KeySource } from '../../chain/sending/signer.js';
import type { Change } from '../../client/change.js';
import { connect } from '../../client/connect.js';
import type { Countersign } from '../../client/countersign.js';
import { MessageRefusedError } from '../../client/errors.js';
import { hasEnded, type Phase } from '../../model/phases.js';
import type { ChangeResult, ChangeStatus } from '../../model/status.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { executeSafeBatch } from '../../stack/localChain/executeSafeBatch.js';
import {
  type ExecuteSafeTransactionOptions,
  executeSafeTransaction,
} from '../../stack/localChain/executeSafeTransaction.js';
import {
  type Governance,
  type LocalCloud,
  type LocalCloudOptions,
  type LocalCvmOptions,
  startLocalCloud,
} from '../../stack/localCloud.js';
import { type SafeService, startSafeService } from '../../stack/safeService/startSafeService.js';
import { readConfig, sealKeysSchema, type WorkerConfig } from '../../worker/config.js';
import { type Activities, createActivities } from '../../worker/createActivities.js';
import { createWorkers } from '../../worker/createWorkers.js';
import { startWatcher } from '../../worker/keepWatchers.js';
import { createSenders } from '../../worker/senders.js';
import { bundleFile } from './bundle.js';
import { executionsOf, replayAll } from './executions.js';
import { installQuietRuntime } from './quietRuntime.js';

interface RigOptions {
  readonly cloud?: LocalCloudOptions;
  /** RPC URLs in place of the chain's own, such as that of a proxy in front of it. */
  readonly rpcUrl?: (cloud: LocalCloud) => Promise<string>;
  /** URL of the API in place of the simulator's own, such as that of a proxy in front of it. */
  readonly phalaUrl?: (cloud: LocalCloud) => Promise<string>;
  /** Whether workers run in this process. Default true; without, the test starts its own. */
  readonly workers?: boolean;
  /** Private key of a relayer; default none. */
  readonly relayerKey?: `0x${string}`;
  /** Safe's Transaction Service, with the key that proposes there, null: nobody does. Default: none is used. */
  readonly safeService?: { readonly proposerKey: (cloud: LocalCloud) => `0x${string}` | null };
  /** The owner key in another form than as itself. */
  readonly ownerKey?: (cloud: LocalCloud) => Promise<KeySource>;
  readonly fees?: FeePolicy;
  /** Where its workers send notifications, as a worker's environment has it: COUNTERSIGN_NOTIFY_URL … */
  readonly notifications?: Readonly<Record<string, string>>;
  /** Whether a watcher of the chain wakes the changes, as in production. Default false: they look by themselves. */
  readonly watcher?: boolean;
  /** Other activities than those that ship, made of these. */
  readonly activities?: (activities: Activities, cloud: LocalCloud) => Activities;
  /** A Temporal server of the test's own. Default: the one that all test files share. */
  readonly temporal?: () => Promise<TemporalNamespace>;
}

interface TemporalNamespace {
  readonly address: string;
  readonly namespace: string;
}

/** In what the workers of this process differ from those that ship. */
interface WorkerDifferences {
  /** File of another workflow bundle. */
  readonly bundle?: string;
  /** Another key ring, as COUNTERSIGN_SEAL_KEYS takes it. */
  readonly sealKeys?: string;
  readonly maxCachedWorkflows?: number;
}

type SafeSigners = Pick<ExecuteSafeTransactionOptions, 'rpcUrl' | 'safe' | 'signers'>;

interface SafeCall {
  readonly to: `0x${string}`;
  readonly data: `0x${string}`;
  /** Above 0 the call may fail inside of a transaction that succeeds. */
  readonly safeTxGas?: bigint;
}

/** WORKFLOW_TASK_SCHEDULED, STARTED, COMPLETED and TIMED_OUT, as temporal.api.enums.v1 numbers them. */
const tasks: readonly string[] = ['5', '6', '7', '8'];

/** Asked for by the stand-in for Safe's service, and looked for in the histories. */
export const safeServiceKey = 'key-of-the-safe-service';

/** Everything that a test of the engine needs: a cloud of its own, workers of its own, and the shared Temporal server. */
export class Rig {
  readonly taskQueue = `test-${randomUUID()}`;
  cloud!: LocalCloud;
  countersign!: Countersign;
  /** Temporal's own client, for what the engine's does not do. */
  client!: Client;
  /** Where its workers find the queues of Safes; there only where the options ask for one. */
  safeService!: SafeService;
  /** How its workers reach the senders of keys. */
  senders!: Senders;
  /** The key ring of its workers, as COUNTERSIGN_SEAL_KEYS takes it. */
  readonly sealKeys = `test:${randomBytes(32).toString('base64')}`;
  private temporal!: TemporalNamespace;
  private workers: readonly Worker[] = [];
  private running: Promise<unknown> = Promise.resolve();
  private native: NativeConnection | undefined;
  private safeQueue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RigOptions) {}

  async start(): Promise<void> {
    installQuietRuntime();
    const shared = { address: inject('temporalAddress'), namespace: inject('temporalNamespace') };
    this.temporal = (await this.options.temporal?.()) ?? shared;
    const { address, namespace } = this.temporal;
    this.cloud = await startLocalCloud({
      chain: { blockTimeSeconds: 1, mixedMining: true, slotsInAnEpoch: 1 },
      operationSeconds: 0.3,
      ...this.options.cloud,
    });
    if (this.options.safeService) {
      this.safeService = await startSafeService({ rpcUrl: this.cloud.anvil.rpcUrl, apiKey: safeServiceKey });
    }
    this.client = new Client({ connection: await Connection.connect({ address }), namespace });
    const environment = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    this.countersign = await connect({ environment, taskQueue: this.taskQueue });
    if (this.options.workers === false) return;
    await this.startWorkers();
    const { chainId } = this.cloud.anvil;
    if (this.options.watcher) await startWatcher(this.client, { chainId, taskQueue: this.taskQueue });
  }

  /** The environment of a worker process for this rig. */
  get workerEnvironment(): Readonly<Record<string, string>> {
    const { anvil, simulator, ownerKey } = this.cloud;
    return {
      TEMPORAL_ADDRESS: this.temporal.address,
      TEMPORAL_NAMESPACE: this.temporal.namespace,
      COUNTERSIGN_TASK_QUEUE: this.taskQueue,
      PHALA_CLOUD_API_PREFIX: simulator.url,
      PHALA_CLOUD_API_KEY: simulator.apiKey,
      COUNTERSIGN_PHALA_RATE: '1000',
      [`COUNTERSIGN_RPC_URL_${anvil.chainId}`]: anvil.rpcUrl,
      COUNTERSIGN_OWNER_KEY: ownerKey.privateKey,
      COUNTERSIGN_SEAL_KEYS: this.sealKeys,
      COUNTERSIGN_WATCH_INTERVAL: this.options.watcher ? '0.2' : '0',
      ...this.options.notifications,
    };
  }

  /** Starts workers in this process; those that ran before are to be stopped first. */
  async startWorkers({
    bundle = bundleFile,
    sealKeys = this.sealKeys,
    ...more
  }: WorkerDifferences = {}): Promise<void> {
    const { anvil, simulator, ownerKey } = this.cloud;
    const { address, namespace } = this.temporal;
    const rpcUrl = (await this.options.rpcUrl?.(this.cloud)) ?? anvil.rpcUrl;
    const baseUrl = (await this.options.phalaUrl?.(this.cloud)) ?? simulator.url;
    this.native = await NativeConnection.connect({ address });
    this.senders = createSenders({ connection: this.native, namespace, taskQueue: this.taskQueue });
    const activities = createActivities(
      {
        phala: { baseUrl, apiKey: simulator.apiKey, activitiesPerSecond: 1000 },
        rpcUrls: new Map([[anvil.chainId, [rpcUrl]]]),
        safeServices: this.safeServices(anvil.chainId),
        relayerKey: this.options.relayerKey ? { privateKey: this.options.relayerKey } : null,
        ownerKey: (await this.options.ownerKey?.(this.cloud)) ?? { privateKey: ownerKey.privateKey },
        fees: this.options.fees ?? { ceiling: parseGwei('500'), patience: 60_000 },
        notifications: readConfig({ PHALA_CLOUD_API_KEY: simulator.apiKey, ...this.options.notifications })
          .notifications,
        watchInterval: this.options.watcher ? 200 : null,
      },
      {
        sealKeys: sealKeysSchema.parse(sealKeys),
        senders: this.senders,
      },
    );
    this.workers = await createWorkers({
      ...more,
      connection: this.native,
      namespace,
      taskQueue: this.taskQueue,
      workflowBundle: { codePath: bundle },
      activities: this.options.activities?.(activities, this.cloud) ?? activities,
      phalaActivitiesPerSecond: 1000,
    });
    this.running = Promise.all(this.workers.map((worker) => worker.run()));
  }

  private safeServices(chainId: number): WorkerConfig['safeServices'] {
    const { safeService } = this.options;
    const urls = new Map(safeService ? [[chainId, this.safeService.url]] : []);
    return { urls, apiKey: safeServiceKey, proposerKey: safeService?.proposerKey(this.cloud) ?? null };
  }

  /** Stops the workers of this process as a deployment does: they finish what they have begun. */
  async stopWorkers(): Promise<void> {
    for (const worker of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await this.running;
    await this.native?.close();
    this.workers = [];
    this.native = undefined;
  }

  /**
   * Has the workflows take up in one task whatever happens meanwhile: activities that end, and messages.
   *
   * @param happen ends when all of it has happened; what it waits for must not need a workflow
   */
  async inOneTask(happen: () => Promise<void>): Promise<void> {
    const [workflows] = this.workers;
    workflows?.shutdown();
    while (workflows && workflows.getState() !== 'STOPPED') await new Promise((resolve) => setTimeout(resolve, 20));
    await happen();
    await this.stopWorkers();
    await this.startWorkers();
  }

  addCvm(governance: Governance | `0x${string}` = 'safe', options: LocalCvmOptions = {}): Promise<SimulatedCvm> {
    return this.cloud.addCvm(governance, this.name(), options);
  }

  /** A name that no other CVM has. */
  name(): string {
    return `app-${randomUUID().slice(0, 8)}`;
  }

  /** A request that changes the compose file, with a registration that counts as soon as it is mined. */
  request(cvm: SimulatedCvm, overrides: Partial<UpdateRequestInput> = {}): UpdateRequestInput {
    return {
      cvmId: cvm.vmUuid,
      update: { dockerComposeFile: `services:\n  web:\n    image: nginx:${randomUUID()}\n` },
      requestedBy: 'test',
      ...overrides,
      policy: { finality: 'latest', ...overrides.policy },
    };
  }

  /** Plays two owners of the Safe: they sign what the proposal says, in one batch, and it is executed. */
  async signAndExecute({ proposal }: ChangeStatus): Promise<`0x${string}`> {
    const [call, ...more] = proposal?.calls ?? [];
    if (!call) throw new Error(`There is nothing to sign: ${JSON.stringify(proposal)}`);
    const sent = await (more.length === 0 ? this.callThroughSafe(call) : this.batchThroughSafe([call, ...more]));
    return sent.transactionHash;
  }

  /** Has two owners of the Safe sign and execute a call. */
  callThroughSafe({ to, data, safeTxGas = 0n }: SafeCall): ReturnType<typeof executeSafeTransaction> {
    return this.throughSafe((as) => executeSafeTransaction({ ...as, to, data, safeTxGas }));
  }

  /** Has two owners of the Safe sign and execute calls in one transaction: nobody sees the chain between them. */
  batchThroughSafe(calls: Parameters<typeof executeSafeBatch>[0]['calls']): ReturnType<typeof executeSafeBatch> {
    return this.throughSafe((as) => executeSafeBatch({ ...as, calls }));
  }

  /** One at a time: a Safe has one nonce. */
  private throughSafe<Result>(send: (as: SafeSigners) => Promise<Result>): Promise<Result> {
    const { anvil, safe } = this.cloud;
    const signers = safe.owners.slice(0, safe.threshold).map(({ privateKey }) => privateKey);
    const execute = () => send({ rpcUrl: anvil.rpcUrl, safe: safe.address, signers });
    const executed = this.safeQueue.then(execute, execute);
    this.safeQueue = executed;
    return executed;
  }

  /** Carries a change through its registration by the Safe, and on to its end. */
  async carryOut(change: Change): Promise<ChangeResult> {
    await this.register(change, await this.until(change, 'awaitingRegistration'));
    return change.result();
  }

  /** Registers by the Safe what a change waits for, and tells it. */
  async register(change: Change, waiting: ChangeStatus): Promise<`0x${string}`> {
    const transactionHash = await this.signAndExecute(waiting);
    await change.send('registered', { by: 'test', transactionHash }).catch((error: unknown) => {
      // Its own poll may have been quicker, or it was just proposing anew as another test used the Safe, and finds it then.
      const passing = ['CommitUnderWay', 'ChangeEnded', 'MessageOutOfPlace'];
      const late = error instanceof MessageRefusedError && passing.includes(error.type);
      if (!late) throw error;
    });
    return transactionHash;
  }

  /** The first state of a change in which it is in the phase. @throws Error where it ends before that */
  async until(change: Change, phase: Phase): Promise<ChangeStatus> {
    return this.untilStatus(change, (status) => status.phase === phase, `phase ${phase}`);
  }

  async untilStatus(change: Change, fits: (status: ChangeStatus) => boolean, what: string): Promise<ChangeStatus> {
    let last: ChangeStatus | undefined;
    for await (const status of change.watch()) {
      last = status;
      if (fits(status)) return status;
      if (hasEnded(status.phase)) break;
    }
    throw new Error(`expected ${what}; the change ended as ${last?.phase}: ${last?.events.at(-1)?.what}`);
  }

  /** Types of the events of a change's history, in order. */
  async eventTypes({ id, runId }: Change): Promise<readonly string[]> {
    const { events } = await this.client.workflow.getHandle(id, runId).fetchHistory();
    return (events ?? []).map(({ eventType }) => String(eventType));
  }

  /**
   * What a history is made of: the types of its events but those of workflow tasks. How many answers fall into one task is a
   * matter of milliseconds, and the server keeps a task that led to nothing where an activity begins meanwhile.
   */
  async substance(change: Change): Promise<readonly string[]> {
    return (await this.eventTypes(change)).filter((type) => !tasks.includes(type));
  }

  /**
   * How long a history is, without the workflow tasks that led to nothing: those come and go with the moment. Each one that led
   * to something is three events.
   */
  async lengthOf(change: Change): Promise<number> {
    const { events } = await this.client.workflow.getHandle(change.id, change.runId).fetchHistory();
    const led = (events ?? []).flatMap((event) =>
      Object.values(event).flatMap((part: unknown) =>
        part !== null && typeof part === 'object' && 'workflowTaskCompletedEventId' in part
          ? [String(part.workflowTaskCompletedEventId)]
          : [],
      ),
    );
    return (await this.substance(change)).length + 3 * new Set(led).size;
  }

  /**
   * Takes everything down. Every execution that the tests of this rig started is replayed, and its history is looked
   * through for the tokens that the API issued: no test has to think of it, and none can forget.
   */
  async close(): Promise<void> {
    try {
      for (const { workflowId, runId } of await executionsOf(this.client, this.taskQueue)) {
        await this.client.workflow
          .getHandle(workflowId, runId)
          .terminate('the test is over')
          .catch(() => {});
      }
      await replayAll(this.client, this.taskQueue, [...this.cloud.simulator.ledger.tokens, safeServiceKey]);
    } finally {
      await this.stopWorkers();
      await this.countersign.close();
      await this.client.connection.close();
      await this.safeService?.close();
      await this.cloud.close();
    }
  }
}

/** A rig for all tests of a file. */
export function useRig(options: RigOptions = {}): Rig {
  const rig = new Rig(options);
  beforeAll(() => rig.start());
  afterAll(() => rig.close());
  return rig;
}
