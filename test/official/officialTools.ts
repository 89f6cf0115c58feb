import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@phala/cloud';
import { type Address, encodeFunctionData, type Hash, type Hex } from 'viem';
import { afterAll, beforeAll } from 'vitest';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { dstackAppAbi } from '../../stack/localChain/dstackAppAbi.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { type LocalCloud, livelyChain, startLocalCloud } from '../../stack/localCloud.js';
import { type ProgramResult, runProgram } from '../rig/runProgram.js';

/** Chain ids that the official tools know (their SUPPORTED_CHAINS). */
export const chains = { base: 8453, anvil: 31337 } as const;

const phalaProgram = createRequire(import.meta.url).resolve('phala');

/** A local cloud, and Phala's own SDK and command line pointed at it as their users would. */
export class OfficialTools {
  cloud!: LocalCloud;
  /** HOME and working directory of the command line: nothing of the machine's own user is read or written. */
  private folder!: string;

  constructor(
    private readonly chainId: number,
    private readonly operationSeconds: number,
  ) {}

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'countersign-official-'));
    const chain = { ...livelyChain, chainId: this.chainId };
    this.cloud = await startLocalCloud({ chain, operationSeconds: this.operationSeconds });
  }

  async close(): Promise<void> {
    await this.cloud.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A client of the SDK, of its default API version. */
  get client() {
    const { url, apiKey } = this.cloud.simulator;
    return createClient({ baseURL: url, apiKey });
  }

  /**
   * Arguments with which `phala` sends transactions as the owner key, to the local chain. Always both: without --rpc-url
   * `phala deploy` goes to the public chain, whatever ETH_RPC_URL says.
   */
  get asOwnerKey(): readonly string[] {
    const { ownerKey, anvil } = this.cloud;
    return ['--private-key', ownerKey.privateKey, '--rpc-url', anvil.rpcUrl];
  }

  /** Runs `phala`, in a process of its own. */
  phala(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
    const { simulator, anvil } = this.cloud;
    return runProgram(phalaProgram, args, {
      cwd: this.folder,
      environment: {
        HOME: this.folder,
        PHALA_CLOUD_API_PREFIX: simulator.url,
        PHALA_CLOUD_API_KEY: simulator.apiKey,
        ETH_RPC_URL: anvil.rpcUrl,
        PHALA_DISABLE_UPDATE_CHECK: '1',
        NO_COLOR: '1',
        ...environment,
      },
    });
  }

  /** Runs `phala … --json`. @throws Error with all that it printed, where it fails or prints no JSON */
  async phalaJson(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const result = await this.phala([...args, '--json'], environment);
    if (result.code === 0) {
      try {
        return JSON.parse(result.stdout);
      } catch {
        // Told below.
      }
    }
    throw new Error(`phala ${args.join(' ')} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`);
  }

  /** Has two owners of the Safe register a compose hash. */
  async registerBySafe(app: Address, composeHash: Hex): Promise<Hash> {
    return this.callBySafe(app, 'addComposeHash', composeHash);
  }

  /** Has two owners of the Safe allow a device. */
  async allowDeviceBySafe(app: Address, deviceId: Hex): Promise<Hash> {
    return this.callBySafe(app, 'addDevice', deviceId);
  }

  private async callBySafe(app: Address, functionName: 'addComposeHash' | 'addDevice', argument: Hex): Promise<Hash> {
    const { anvil, safe } = this.cloud;
    const { transactionHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: safe.address,
      signers: safe.owners.slice(0, safe.threshold).map(({ privateKey }) => privateKey),
      to: app,
      data: encodeFunctionData({ abi: dstackAppAbi, functionName, args: [argument] }),
    });
    return transactionHash;
  }

  /** Writes a file where the command line finds it, and gives the name to call it by. */
  async file(name: string, content: string): Promise<string> {
    await writeFile(join(this.folder, name), content);
    return name;
  }
}

/** Waits until no operation of a CVM runs any more. */
export async function settled(cvm: SimulatedCvm): Promise<void> {
  while (cvm.inProgress) await delay(20);
}

/** The official tools for all tests of a file. */
export function useOfficialTools(chainId: number = chains.base, operationSeconds = 0.3): OfficialTools {
  const tools = new OfficialTools(chainId, operationSeconds);
  beforeAll(() => tools.start());
  afterAll(() => tools.close());
  return tools;
}

/** A compose file that no other test has. */
export function composeFile(tag: string): string {
  return `services:\n  web:\n    image: nginx:${tag}\n`;
}
