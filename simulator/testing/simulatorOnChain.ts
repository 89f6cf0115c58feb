import type { Hex } from 'viem';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { appComposeHash, deviceIdOf } from '../appComposeHash.js';
import type { SimulatedCvm } from '../simulatedCvm.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../startSimulator.js';
import type { CvmDefinition } from '../state/cvm.js';
import { callApi, type Reply } from './callApi.js';
import { type DstackApp, deployDstackApp } from './contracts.js';
import { type LocalChain, startLocalChain } from './localChain.js';

/** A compose file that differs by its tag, and so in its hash. */
export const composeFile = (tag: string) => `services:\n  app:\n    image: registry.example/app:${tag}\n`;

const errorDetailsSchema = z.object({ details: z.array(z.object({ field: z.string(), value: z.unknown() })) });

/** Details of a structured error, by field. */
export function errorDetails(body: unknown): Record<string, unknown> {
  return Object.fromEntries(errorDetailsSchema.parse(body).details.map(({ field, value }) => [field, value]));
}

/** A simulator over a local chain, with the calls that tests make. */
export class SimulatorOnChain {
  chain!: LocalChain;
  simulator!: Simulator;

  /** Over a chain that the test started, and stops. */
  static async start(chain: LocalChain, options: Partial<SimulatorOptions> = {}): Promise<SimulatorOnChain> {
    const world = new SimulatorOnChain();
    await world.begin(chain, options);
    return world;
  }

  async begin(chain: LocalChain, options: Partial<SimulatorOptions>): Promise<void> {
    this.chain = chain;
    this.simulator = await startSimulator({ rpcUrls: { [chain.chainId]: chain.url }, ...options });
  }

  /** A CVM whose KMS is on chain, with its app contract. */
  async addOnChainCvm(
    more: Partial<CvmDefinition> = {},
    onChain: { readonly deployer?: Hex } = {},
  ): Promise<{ cvm: SimulatedCvm; app: DstackApp }> {
    const definition = { name: 'payments', dockerComposeFile: composeFile('1'), ...more };
    const app = await deployDstackApp(this.chain, {
      composeHash: appComposeHash(definition),
      deviceId: deviceIdOf(definition),
    });
    const kms = { kind: 'onchain', chainId: this.chain.chainId, appContract: app.address, ...onChain } as const;
    return { app, cvm: this.simulator.addCvm({ ...definition, kms }) };
  }

  addPhalaCvm(more: Partial<CvmDefinition> = {}): SimulatedCvm {
    const definition = { name: 'offchain', dockerComposeFile: composeFile('1') };
    return this.simulator.addCvm({ ...definition, ...more, kms: { kind: 'phala' } });
  }

  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    return callApi(this.simulator, method, path, body, headers);
  }

  get(path: string, headers?: Record<string, string>): Promise<Reply> {
    return this.request('GET', path, undefined, headers);
  }

  patch(cvm: SimulatedCvm, body: unknown, headers?: Record<string, string>): Promise<Reply> {
    return this.request('PATCH', `/cvms/${cvm.vmUuid}`, body, headers);
  }

  /** Prepares an update to another compose file; gives token and hash. */
  async prepare(cvm: SimulatedCvm, update: unknown): Promise<{ token: string; composeHash: `0x${string}` }> {
    const { status, body } = await this.patch(cvm, update, { 'x-prepare-only': 'true' });
    if (status !== 465) {
      throw new Error(`Prepare was answered with ${status}.`);
    }
    const details = z
      .object({ commit_token: z.string(), compose_hash: z.templateLiteral(['0x', z.string()]) })
      .parse(errorDetails(body));
    return { token: details.commit_token, composeHash: details.compose_hash };
  }

  /** Commits by token, without an API key. */
  commit(cvm: SimulatedCvm, body: unknown): Promise<Reply> {
    return this.request('POST', `/cvms/${cvm.vmUuid}/commit-update`, body, { 'x-api-key': '' });
  }

  /** Lets the running operation come to its end. */
  async finishOperation(): Promise<void> {
    await this.simulator.clock.advance(2_000);
  }
}

/** A simulator over a chain of its own, for all tests of a file. */
export function useSimulatorOnChain(options: Partial<SimulatorOptions> = {}): SimulatorOnChain {
  const world = new SimulatorOnChain();
  beforeAll(async () => world.begin(await startLocalChain(), options));
  afterAll(async () => {
    await world.simulator.close();
    await world.chain.stop();
  });
  return world;
}
