import { randomBytes } from 'node:crypto';
import type { Hex } from 'viem';
import { Faults } from './faults/faults.js';
import { createServer } from './server/createServer.js';
import { type SimulatorLogger, silentLogger } from './server/logger.js';
import { takeOffline } from './server/takeOffline.js';
import { addCvm, type SimulatedCvm, simulatedCvm } from './simulatedCvm.js';
import { AppIds } from './state/appIds.js';
import { Chains } from './state/chains.js';
import type { Cloud } from './state/cloud.js';
import type { CvmDefinition } from './state/cvm.js';
import { Cvms } from './state/cvms.js';
import { CloudEvents } from './state/events.js';
import { KmsInstances } from './state/kms.js';
import { Ledger, type LedgerReader } from './state/ledger.js';
import { MovableClock, type SimulatorClock } from './state/movableClock.js';
import { type Node, type NodeDefinition, Nodes } from './state/nodes.js';
import { OpenStreams } from './state/openStreams.js';
import { Preparations } from './state/preparations.js';
import { Provisions } from './state/provisions.js';
import { ReplicaPreparations } from './state/replicaPreparations.js';
import type { WebhookDelivery } from './webhooks/delivery.js';
import type { Webhook } from './webhooks/webhook.js';
import { Webhooks } from './webhooks/webhooks.js';

export interface SimulatorOptions {
  /** RPC URL by chain id: how the cloud itself reads the chains. */
  readonly rpcUrls: Readonly<Record<number, string>>;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** What X-API-Key must be. Default: a fresh "phak_…". */
  readonly apiKey?: string;
  /** How long an operation takes, in seconds of the simulator's clock. Default 2. */
  readonly operationSeconds?: number;
  /** DstackKms contracts by chain id, known from the start. Without one a chain's KMS has a made-up address. */
  readonly kmsContracts?: Readonly<Record<number, Hex>>;
  /** Default: two, with the ids 1 and 2. */
  readonly nodes?: readonly NodeDefinition[];
  /** How long a receiver of a webhook may take, in seconds of REAL time. Default 10 [DOC-webhooks "Delivery Behavior"]. */
  readonly webhookTimeoutSeconds?: number;
  /** How far its clock is ahead of real time from the start, in milliseconds; below zero: behind. Default 0. */
  readonly clockOffset?: number;
  /** A pino logger, or anything like it. Default: silent. */
  readonly logger?: SimulatorLogger;
}

/** The webhooks as a test sees them; they are created through the API. */
export interface WebhooksReader {
  all(): readonly Webhook[];
  /** Live: it grows and changes as things happen. Payloads hold commit tokens. */
  readonly deliveries: readonly Readonly<WebhookDelivery>[];
}

/** A running simulator. The same controls are also there over HTTP, under /_simulator (see control/registerControl.ts). */
export interface Simulator {
  /** e.g. "http://127.0.0.1:4321/api/v1": what PHALA_CLOUD_API_PREFIX takes. */
  readonly url: string;
  /** e.g. "http://127.0.0.1:4321". */
  readonly origin: string;
  readonly apiKey: string;
  readonly clock: SimulatorClock;
  readonly ledger: LedgerReader;
  readonly faults: Faults;
  /** The workspace's webhooks, and every delivery with its attempts and payload, oldest first. */
  readonly webhooks: WebhooksReader;
  /** In the order in which they were added; the first is where a CVM goes by default. */
  readonly nodes: readonly Node[];
  addNode(definition: NodeDefinition): Node;
  /** Adds a CVM that has been running its first configuration for a while. */
  addCvm(definition: CvmDefinition): SimulatedCvm;
  /** A CVM by its vm_uuid, with dashes; throws if there is none. */
  cvm(vmUuid: string): SimulatedCvm;
  /** All CVMs, however they came into being, oldest first. */
  cvms(): readonly SimulatedCvm[];
  /**
   * Takes the API off the network: the port is closed, connections are cut. What the cloud knows stays, as in a database,
   * and what it has begun goes on. Answers what puts it back on the same port.
   */
  goOffline(): Promise<() => Promise<void>>;
  /** Stops listening, cuts open connections, and lets nothing scheduled happen any more. */
  close(): Promise<void>;
}

/** Starts a stand-in for the Phala Cloud API over real chains. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const ledger = new Ledger();
  const clock = new MovableClock(options.clockOffset);
  const events = new CloudEvents();
  const closing = new AbortController();
  const logger = options.logger ?? silentLogger;
  const cloud: Cloud = {
    apiKey: options.apiKey ?? `phak_${randomBytes(24).toString('base64url')}`,
    operationMilliseconds: (options.operationSeconds ?? 2) * 1000,
    clock,
    chains: new Chains(options.rpcUrls),
    cvms: new Cvms(),
    kms: new KmsInstances(options.kmsContracts),
    nodes: new Nodes(options.nodes),
    appIds: new AppIds(),
    preparations: new Preparations(ledger),
    provisions: new Provisions(),
    replicaPreparations: new ReplicaPreparations(ledger),
    ledger,
    faults: new Faults(),
    events,
    webhooks: new Webhooks({
      clock,
      events,
      timeoutMilliseconds: (options.webhookTimeoutSeconds ?? 10) * 1000,
      logger,
      closing: closing.signal,
    }),
    streams: new OpenStreams(),
  };
  const server = createServer({ cloud, logger, closing: closing.signal });
  const origin = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  return {
    url: `${origin}/api/v1`,
    origin,
    apiKey: cloud.apiKey,
    clock: cloud.clock,
    ledger,
    faults: cloud.faults,
    webhooks: cloud.webhooks,
    get nodes() {
      return cloud.nodes.all();
    },
    addNode: (definition) => cloud.nodes.add(definition),
    addCvm: (definition) => addCvm(cloud, definition),
    cvm(vmUuid) {
      const cvm = cloud.cvms.get(vmUuid);
      if (cvm === undefined) {
        throw new Error(`There is no CVM ${vmUuid}.`);
      }
      return simulatedCvm(cloud, cvm);
    },
    cvms: () => cloud.cvms.all().map((cvm) => simulatedCvm(cloud, cvm)),
    goOffline: () => takeOffline(server),
    async close() {
      closing.abort();
      cloud.clock.stop();
      await server.close();
    },
  };
}
