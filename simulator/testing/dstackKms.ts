import { type Hex, parseAbi } from 'viem';
import { prefixed } from '../rules/hex.js';
import { type DstackApp, deployContract, dstackAppAt } from './contracts.js';
import type { LocalChain } from './localChain.js';
import { bytecodeOf } from './solidity.js';

const dstackKmsAbi = parseAbi([
  'function registerApp(address appId)',
  'function deployAndRegisterApp(address firstOwner, bool, bool, bytes32 deviceId, bytes32 composeHash) returns (address appId)',
]);

/** The factory and register of apps on a local chain. */
export interface DstackKms {
  readonly address: Hex;
  /** The chain's owner has the factory deploy an app, which by default is the chain owner's own. */
  deployApp(allowed: { readonly deviceId: Hex; readonly composeHash: Hex; readonly owner?: Hex }): Promise<DstackApp>;
  registerApp(app: Hex): Promise<void>;
}

export async function deployDstackKms(chain: LocalChain): Promise<DstackKms> {
  const address = await deployContract(chain, dstackKmsAbi, bytecodeOf('DstackKms'), []);
  const contract = { address, abi: dstackKmsAbi, account: chain.owner } as const;
  const { client } = chain;
  return {
    address,
    async deployApp({ deviceId, composeHash, owner = chain.owner }) {
      const args = [owner, false, false, deviceId, composeHash] as const;
      const call = { ...contract, functionName: 'deployAndRegisterApp', args } as const;
      const { result } = await client.simulateContract(call);
      await client.waitForTransactionReceipt({ hash: await client.writeContract(call) });
      return dstackAppAt(chain, prefixed(result));
    },
    async registerApp(app) {
      const hash = await client.writeContract({ ...contract, functionName: 'registerApp', args: [app] });
      await client.waitForTransactionReceipt({ hash });
    },
  };
}
