import { appComposeHash, deviceIdOf } from '../simulator/appComposeHash.js';
import type { SimulatedCvm } from '../simulator/simulatedCvm.js';
import { type Simulator, startSimulator } from '../simulator/startSimulator.js';
import type { AnvilAccount } from './localChain/anvilAccounts.js';
import { deploySafe } from './localChain/deploySafe.js';
import { deployDstackApp } from './localChain/dstackApp.js';
import { type Anvil, type AnvilOptions, startAnvil } from './localChain/startAnvil.js';

/** How the app of a CVM is governed; `none` is a CVM without on-chain KMS. */
export type Governance = 'safe' | 'ownerKey' | 'none';

export interface LocalCloudOptions {
  /** Default: a block with each transaction and one each two seconds, `safe` one block behind and `finalized` two. */
  readonly chain?: AnvilOptions;
  /** Port of the Phala Cloud simulator; default a free one. */
  readonly phalaPort?: number;
  /** Seconds that an operation of a CVM takes. */
  readonly operationSeconds?: number;
}

/** A Safe with the keys of its owners. */
export interface LocalSafe {
  readonly address: `0x${string}`;
  readonly owners: readonly AnvilAccount[];
  readonly threshold: number;
}

/** A Phala Cloud on a laptop, with the chain that governs its apps. Everything but Temporal. */
export interface LocalCloud {
  readonly anvil: Anvil;
  /** Owned by nobody but its three owners, two of whom have to sign. */
  readonly safe: LocalSafe;
  /** Owns the apps governed by a key. */
  readonly ownerKey: AnvilAccount;
  readonly simulator: Simulator;
  /** Adds a CVM whose app contract is owned as asked, with its first configuration registered. */
  addCvm(governance: Governance, name: string, dockerComposeFile?: string): Promise<SimulatedCvm>;
  close(): Promise<void>;
}

const firstCompose = 'services:\n  web:\n    image: nginx:1.27\n    ports: ["80:80"]\n';

/** So that `safe` and `finalized` move on a chain that nobody uses: a block each two seconds, one and two blocks behind. */
export const livelyChain: AnvilOptions = { blockTimeSeconds: 2, mixedMining: true, slotsInAnEpoch: 1 };

export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { chain = livelyChain, phalaPort = 0, operationSeconds = 2 } = options;
  const anvil = await startAnvil(chain);
  const { rpcUrl, chainId } = anvil;
  try {
    const [, ...accounts] = anvil.accounts;
    const owners = accounts.slice(0, 3);
    const ownerKey = account(accounts, 3);
    const { address, threshold } = await deploySafe({
      rpcUrl,
      owners: owners.map((owner) => owner.address),
      threshold: 2,
    });
    const simulator = await startSimulator({ rpcUrls: { [chainId]: rpcUrl }, port: phalaPort, operationSeconds });
    return {
      anvil,
      safe: { address, owners, threshold },
      ownerKey,
      simulator,
      async addCvm(governance, name, dockerComposeFile = firstCompose) {
        const definition = { name, dockerComposeFile };
        if (governance === 'none') return simulator.addCvm({ ...definition, kms: { kind: 'phala' } });
        const appContract = await deployDstackApp({
          rpcUrl,
          owner: governance === 'safe' ? address : ownerKey.address,
          composeHash: appComposeHash(definition),
          deviceId: deviceIdOf({}),
        });
        return simulator.addCvm({ ...definition, kms: { kind: 'onchain', chainId, appContract } });
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

function account(accounts: readonly AnvilAccount[], index: number): AnvilAccount {
  const found = accounts[index];
  if (!found) throw new Error(`The chain has fewer accounts than expected: none with number ${index}.`);
  return found;
}
