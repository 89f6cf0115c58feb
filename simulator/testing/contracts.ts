import { type Abi, type Hex, parseAbi } from 'viem';
import { prefixed } from '../rules/hex.js';
import type { LocalChain } from './localChain.js';
import { bytecodeOf } from './solidity.js';

export const dstackAppAbi = parseAbi([
  'constructor(address firstOwner, bytes32 deviceId, bytes32 composeHash)',
  'function addComposeHash(bytes32 composeHash)',
  'function removeComposeHash(bytes32 composeHash)',
  'function addDevice(bytes32 deviceId)',
  'function removeDevice(bytes32 deviceId)',
  'function setAllowAnyDevice(bool allowed)',
]);

/** An app contract on a local chain. Every call is mined before it resolves, and gives the transaction's hash. */
export interface DstackApp {
  readonly address: Hex;
  addComposeHash(composeHash: Hex): Promise<Hex>;
  removeComposeHash(composeHash: Hex): Promise<Hex>;
  addDevice(deviceId: Hex): Promise<Hex>;
  removeDevice(deviceId: Hex): Promise<Hex>;
  setAllowAnyDevice(allowed: boolean): Promise<Hex>;
  /** A registration by somebody who may not: it is mined, and reverts. */
  failToAddComposeHash(composeHash: Hex): Promise<Hex>;
}

/** Deploys an app contract that allows one device and one compose hash. */
export async function deployDstackApp(
  chain: LocalChain,
  allowed: { readonly deviceId: Hex; readonly composeHash: Hex; readonly owner?: Hex },
): Promise<DstackApp> {
  const args = [allowed.owner ?? chain.owner, allowed.deviceId, allowed.composeHash] as const;
  return dstackAppAt(chain, await deployContract(chain, dstackAppAbi, bytecodeOf('DstackApp'), args));
}

/** An app contract that is there already. */
export function dstackAppAt(chain: LocalChain, address: Hex): DstackApp {
  const contract = { address, abi: dstackAppAbi, account: chain.owner } as const;
  const mined = async (hash: Promise<Hex>): Promise<Hex> => {
    const { transactionHash } = await chain.client.waitForTransactionReceipt({ hash: await hash });
    return transactionHash;
  };
  const { client } = chain;
  return {
    address,
    addComposeHash: (hash) =>
      mined(client.writeContract({ ...contract, functionName: 'addComposeHash', args: [hash] })),
    removeComposeHash: (hash) =>
      mined(client.writeContract({ ...contract, functionName: 'removeComposeHash', args: [hash] })),
    addDevice: (id) => mined(client.writeContract({ ...contract, functionName: 'addDevice', args: [id] })),
    removeDevice: (id) => mined(client.writeContract({ ...contract, functionName: 'removeDevice', args: [id] })),
    setAllowAnyDevice: (flag) =>
      mined(client.writeContract({ ...contract, functionName: 'setAllowAnyDevice', args: [flag] })),
    failToAddComposeHash: (hash) =>
      mined(
        // With the gas given nobody estimates, so the revert is found out in the block.
        client.writeContract({
          ...contract,
          account: chain.stranger,
          functionName: 'addComposeHash',
          args: [hash],
          gas: 200_000n,
        }),
      ),
  };
}

/** Deploys any contract and gives its address. */
export async function deployContract(
  { client, owner }: LocalChain,
  abi: Abi,
  code: Hex,
  args: readonly unknown[],
): Promise<Hex> {
  const hash = await client.deployContract({ abi, bytecode: code, args, account: owner });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) {
    throw new Error('The contract was not deployed.');
  }
  return prefixed(contractAddress);
}
