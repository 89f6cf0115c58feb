import { createRequire } from 'node:module';
import { type Abi, type Hex, parseAbi } from 'viem';
import { z } from 'zod';
import { prefixed } from '../rules/hex.js';
import type { LocalChain } from './localChain.js';

/** As much of a DstackApp as the cloud and its callers use, with the real selectors, event and error. */
const SOURCE = `
// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.24;

contract DstackApp {
  address public owner;
  bool public allowAnyDevice;
  mapping(bytes32 => bool) public allowedComposeHashes;
  mapping(bytes32 => bool) public allowedDeviceIds;

  event ComposeHashAdded(bytes32 composeHash);
  error OwnableUnauthorizedAccount(address account);

  modifier onlyOwner() {
    if (msg.sender != owner) revert OwnableUnauthorizedAccount(msg.sender);
    _;
  }

  constructor(address firstOwner, bytes32 deviceId, bytes32 composeHash) {
    owner = firstOwner;
    allowedDeviceIds[deviceId] = true;
    allowedComposeHashes[composeHash] = true;
  }

  function addComposeHash(bytes32 composeHash) external onlyOwner {
    allowedComposeHashes[composeHash] = true;
    emit ComposeHashAdded(composeHash);
  }

  function removeComposeHash(bytes32 composeHash) external onlyOwner {
    allowedComposeHashes[composeHash] = false;
  }

  function removeDevice(bytes32 deviceId) external onlyOwner {
    allowedDeviceIds[deviceId] = false;
  }

  function setAllowAnyDevice(bool allowed) external onlyOwner {
    allowAnyDevice = allowed;
  }
}
`;

export const dstackAppAbi = parseAbi([
  'constructor(address firstOwner, bytes32 deviceId, bytes32 composeHash)',
  'function addComposeHash(bytes32 composeHash)',
  'function removeComposeHash(bytes32 composeHash)',
  'function removeDevice(bytes32 deviceId)',
  'function setAllowAnyDevice(bool allowed)',
]);

const compiledSchema = z.object({
  contracts: z.object({
    'DstackApp.sol': z.object({
      DstackApp: z.object({ evm: z.object({ bytecode: z.object({ object: z.string() }) }) }),
    }),
  }),
});

let bytecode: Hex | undefined;

function dstackAppBytecode(): Hex {
  if (bytecode === undefined) {
    // solc is a CommonJS package without types.
    const solc: { compile(input: string): string } = createRequire(import.meta.url)('solc');
    const input = {
      language: 'Solidity',
      sources: { 'DstackApp.sol': { content: SOURCE } },
      settings: { outputSelection: { '*': { '*': ['evm.bytecode.object'] } } },
    };
    const output = compiledSchema.parse(JSON.parse(solc.compile(JSON.stringify(input))));
    bytecode = prefixed(output.contracts['DstackApp.sol'].DstackApp.evm.bytecode.object);
  }
  return bytecode;
}

/** An app contract on a local chain. Every call is mined before it resolves, and gives the transaction's hash. */
export interface DstackApp {
  readonly address: Hex;
  addComposeHash(composeHash: Hex): Promise<Hex>;
  removeComposeHash(composeHash: Hex): Promise<Hex>;
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
  const address = await deployContract(chain, dstackAppAbi, dstackAppBytecode(), args);
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
