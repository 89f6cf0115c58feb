import { appComposeHash } from '../simulator/appComposeHash.js';
import type { SimulatedCvm } from '../simulator/simulatedCvm.js';
import { type Simulator, startSimulator } from '../simulator/startSimulator.js';
import type { AnvilAccount } from './localChain/anvilAccounts.js';
import { deployAppForDevices } from './localChain/appForDevices.js';
import { deployContractOwner } from './localChain/contractOwner.js';
import { deploySafe } from './localChain/deploySafe.js';
import { deployDstackKms } from './localChain/dstackKms.js';
import { installMulticall3 } from './localChain/multicall3.js';
import type { SafeVersion } from './localChain/safeArtefacts.js';
import { type Anvil, type AnvilOptions, startAnvil } from './localChain/startAnvil.js';

/**
 * How the app of a CVM is governed: by a Safe, by a key, by a contract that is neither; `none` is a CVM without on-chain
 * KMS.
 */
export type Governance = 'safe' | 'ownerKey' | 'external' | 'none';

export interface LocalCloudOptions {
  /** Default: a block with each transaction and one each two seconds, `safe` one block behind and `finalized` two. */
  readonly chain?: AnvilOptions;
  /** Port of the Phala Cloud simulator; default a free one. */
  readonly phalaPort?: number;
  /** How far the clock of Phala Cloud is ahead of real time, in milliseconds; below zero: behind. */
  readonly clockOffset?: number;
  /** Seconds that an operation of a CVM takes. */
  readonly operationSeconds?: number;
  /** Of the Safe that owns apps; default the newest. */
  readonly safeVersion?: SafeVersion;
}

/** A Safe with the keys of its owners. */
export interface LocalSafe {
  readonly address: `0x${string}`;
  readonly owners: readonly AnvilAccount[];
  readonly threshold: number;
}

/** An owner that is neither a key nor a Safe, with the account that calls through it (see executeAsContractOwner). */
export interface LocalContractOwner {
  readonly address: `0x${string}`;
  readonly controller: AnvilAccount;
}

/** What a CVM may have besides its governance and its name. */
export interface LocalCvmOptions {
  /** Default: an nginx. */
  readonly dockerComposeFile?: string;
  /** Id of one of `simulator.nodes`; default the first. */
  readonly nodeId?: number;
  /** Devices that the app contract allows besides that of the CVM's own node; 32 bytes each, default none. */
  readonly deviceIds?: readonly `0x${string}`[];
  /** Whether the app contract allows whatever device; default false. */
  readonly allowAnyDevice?: boolean;
}

/** A Phala Cloud on a laptop, with the chain that governs its apps. Everything but Temporal. */
export interface LocalCloud {
  readonly anvil: Anvil;
  /** The DstackKms contract: where every app of `addCvm` is registered, and where new ones are deployed. */
  readonly kmsContract: `0x${string}`;
  /** Owned by nobody but its three owners, two of whom have to sign. */
  readonly safe: LocalSafe;
  /** Owns the apps governed by a key. */
  readonly ownerKey: AnvilAccount;
  /** Owns the apps governed by something else. */
  readonly contractOwner: LocalContractOwner;
  readonly simulator: Simulator;
  /** Adds a CVM whose app contract is owned as asked (an address: by that account), with its first configuration registered. */
  addCvm(governance: Governance | `0x${string}`, name: string, options?: LocalCvmOptions): Promise<SimulatedCvm>;
  close(): Promise<void>;
}

const firstCompose = 'services:\n  web:\n    image: nginx:1.27\n    ports: ["80:80"]\n';

/** So that `safe` and `finalized` move on a chain that nobody uses: a block each two seconds, one and two blocks behind. */
export const livelyChain: AnvilOptions = { blockTimeSeconds: 2, mixedMining: true, slotsInAnEpoch: 1 };

export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { chain = livelyChain, phalaPort = 0, operationSeconds = 2, clockOffset = 0 } = options;
  const anvil = await startAnvil(chain);
  try {
    const { safe, contractOwner, ownerKey, kmsContract } = await furnish(anvil, options.safeVersion);
    const { rpcUrl, chainId } = anvil;
    const simulator = await startSimulator({
      rpcUrls: { [chainId]: rpcUrl },
      kmsContracts: { [chainId]: kmsContract },
      port: phalaPort,
      operationSeconds,
      clockOffset,
    });
    const owners = { safe: safe.address, ownerKey: ownerKey.address, external: contractOwner.address };
    return {
      anvil,
      kmsContract,
      safe,
      ownerKey,
      contractOwner,
      simulator,
      async addCvm(governance, name, { dockerComposeFile = firstCompose, nodeId, deviceIds = [], ...lists } = {}) {
        const definition = { name, dockerComposeFile };
        const placed = { ...definition, ...(nodeId !== undefined && { nodeId }) };
        if (governance === 'none') return simulator.addCvm({ ...placed, kms: { kind: 'phala' } });
        const appContract = await deployAppForDevices({
          rpcUrl,
          kmsContract,
          owner: isAddress(governance) ? governance : owners[governance],
          composeHash: appComposeHash(definition),
          deviceIds: [deviceOf(simulator, nodeId), ...deviceIds],
          ...lists,
        });
        return simulator.addCvm({ ...placed, kms: { kind: 'onchain', chainId, appContract, kmsContract } });
      },
      async close() {
        await simulator.close();
        await anvil.stop();
      },
    };
  } catch (error) {
    await anvil.stop();
    throw error;
  }
}

const isAddress = (governance: string): governance is `0x${string}` => governance.startsWith('0x');

/** Deploys what apps and their owners need, all at once. */
async function furnish({ rpcUrl, accounts }: Anvil, version: SafeVersion = '1.5.0') {
  const owners = accounts.slice(1, 4);
  const [ownerKey, controller] = [account(accounts, 4), account(accounts, 5)];
  const [{ address, threshold }, kmsContract, contractOwner] = await Promise.all([
    deploySafe({ rpcUrl, owners: owners.map((owner) => owner.address), threshold: 2, version }),
    deployDstackKms({ rpcUrl }),
    deployContractOwner({ rpcUrl, controller: controller.address }),
    installMulticall3(rpcUrl),
  ]);
  const safe = { address, owners, threshold };
  return { safe, ownerKey, kmsContract, contractOwner: { address: contractOwner, controller } };
}

/** Without a node, of the one that a CVM goes to by default. */
function deviceOf({ nodes }: Simulator, nodeId: number | undefined): `0x${string}` {
  const node = nodes.find(({ id }) => nodeId === undefined || id === nodeId);
  if (!node) throw new Error(`There is no node ${nodeId ?? 'at all'}.`);
  return node.deviceId;
}

function account(accounts: readonly AnvilAccount[], index: number): AnvilAccount {
  const found = accounts[index];
  if (!found) throw new Error(`The chain has fewer accounts than expected: none with number ${index}.`);
  return found;
}
