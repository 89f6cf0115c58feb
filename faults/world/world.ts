import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Countersign, connect } from '../../client/index.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { type LocalCloud, startLocalCloud } from '../../stack/localCloud.js';
import { ChainJournal } from './chainJournal.js';
import { Crew } from './crew.js';
import { Owners } from './owners.js';
import { PlannedNames } from './plannedNames.js';
import { TemporalService } from './temporalService.js';
import { Turns } from './turns.js';

/** Everything that changes run in: real parts, and the means to break them. */
export interface World {
  readonly temporal: TemporalService;
  readonly cloud: LocalCloud;
  readonly crew: Crew;
  /** Between the workers and the chain. The API reads the chain itself. */
  readonly rpc: RpcProxy;
  readonly journal: ChainJournal;
  readonly turns: Turns;
  readonly owners: Owners;
  readonly planned: PlannedNames;
  readonly countersign: Countersign;
  /** Temporal's own client, to read what the engine's does not tell. */
  readonly client: Client;
  /** Milliseconds by which the API's clock is ahead, from which moment on. */
  readonly clockMoves: { readonly at: number; readonly ahead: number }[];
  /** What nobody may read anywhere. */
  readonly secrets: readonly string[];
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly progress: (line: string) => void;
  /** In place of the worker of production. */
  readonly workerProgram?: string | undefined;
  /** What that program is told beside. */
  readonly workerEnvironment?: Readonly<Record<string, string>> | undefined;
}

/** Starts a world. Whatever has been started is stopped again where a later part fails. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    return { ...(await startParts(options, (part) => void stops.push(part))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { progress, workerProgram, workerEnvironment = {} }: WorldOptions,
  onStop: (part: () => Promise<unknown> | unknown) => void,
): Promise<Omit<World, 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-faults-'));
  onStop(() => rm(folder, { recursive: true, force: true }));
  const [temporal, cloud] = await Promise.all([
    TemporalService.start(folder, progress),
    startLocalCloud({
      chain: { blockTimeSeconds: 1, mixedMining: true, slotsInAnEpoch: 1 },
      operationSeconds: 0.2,
    }),
  ]);
  onStop(() => temporal.stop());
  onStop(() => cloud.close());
  const { anvil, simulator, ownerKey } = cloud;
  const rpc = await startRpcProxy(anvil.rpcUrl);
  onStop(() => rpc.stop());

  const sealKey = randomBytes(32).toString('base64');
  const environment = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    PHALA_CLOUD_API_PREFIX: simulator.url,
    PHALA_CLOUD_API_KEY: simulator.apiKey,
    COUNTERSIGN_PHALA_RATE: '1000',
    [`COUNTERSIGN_RPC_URL_${anvil.chainId}`]: rpc.url,
    COUNTERSIGN_OWNER_KEY: ownerKey.privateKey,
    // Nobody waits for a minute here.
    COUNTERSIGN_FEE_BUMP_SECONDS: '2',
    COUNTERSIGN_SEAL_KEYS: `faults:${sealKey}`,
    ...workerEnvironment,
  };
  const foreignApp = (await cloud.addCvm('ownerKey', 'foreign-app')).appId;
  const crew = await Crew.start({ folder, environment, program: workerProgram });
  onStop(() => crew.stop());
  const countersign = await connect({ environment: { TEMPORAL_ADDRESS: temporal.address } });
  onStop(() => countersign.close());
  const connection = await Connection.connect({ address: temporal.address });
  onStop(() => connection.close());
  const journal = new ChainJournal(anvil.rpcUrl);
  journal.start();
  onStop(() => journal.stop());
  const turns = new Turns();
  return {
    temporal,
    cloud,
    crew,
    rpc,
    journal,
    turns,
    owners: new Owners(cloud, turns, foreignApp),
    planned: new PlannedNames(),
    countersign,
    client: new Client({ connection }),
    clockMoves: [],
    secrets: [sealKey, ownerKey.privateKey, ownerKey.privateKey.slice(2), simulator.apiKey],
  };
}
