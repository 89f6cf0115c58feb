import { randomBytes } from 'node:crypto';
import { Faults } from './faults/faults.js';
import { createServer } from './server/createServer.js';
import { type SimulatorLogger, silentLogger } from './server/logger.js';
import { addCvm, type SimulatedCvm, simulatedCvm } from './simulatedCvm.js';
import { Chains } from './state/chains.js';
import type { Cloud } from './state/cloud.js';
import type { CvmDefinition } from './state/cvm.js';
import { Cvms } from './state/cvms.js';
import { KmsInstances } from './state/kms.js';
import { Ledger, type LedgerReader } from './state/ledger.js';
import { MovableClock, type SimulatorClock } from './state/movableClock.js';
import { Preparations } from './state/preparations.js';

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
  /** A pino logger, or anything like it. Default: silent. */
  readonly logger?: SimulatorLogger;
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
  /** Adds a CVM that has been running its first configuration for a while. */
  addCvm(definition: CvmDefinition): SimulatedCvm;
  /** A CVM by its vm_uuid, with dashes; throws if there is none. */
  cvm(vmUuid: string): SimulatedCvm;
  /** Stops listening, cuts open connections, and lets nothing scheduled happen any more. */
  close(): Promise<void>;
}

/** Starts a stand-in for the Phala Cloud API over real chains. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const ledger = new Ledger();
  const cloud: Cloud = {
    apiKey: options.apiKey ?? `phak_${randomBytes(24).toString('base64url')}`,
    operationMilliseconds: (options.operationSeconds ?? 2) * 1000,
    clock: new MovableClock(),
    chains: new Chains(options.rpcUrls),
    cvms: new Cvms(),
    kms: new KmsInstances(),
    preparations: new Preparations(ledger),
    ledger,
    faults: new Faults(),
  };
  const closing = new AbortController();
  const server = createServer({ cloud, logger: options.logger ?? silentLogger, closing: closing.signal });
  const origin = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  return {
    url: `${origin}/api/v1`,
    origin,
    apiKey: cloud.apiKey,
    clock: cloud.clock,
    ledger,
    faults: cloud.faults,
    addCvm: (definition) => addCvm(cloud, definition),
    cvm(vmUuid) {
      const cvm = cloud.cvms.get(vmUuid);
      if (cvm === undefined) {
        throw new Error(`There is no CVM ${vmUuid}.`);
      }
      return simulatedCvm(cloud, cvm);
    },
    async close() {
      closing.abort();
      cloud.clock.stop();
      await server.close();
    },
  };
}
