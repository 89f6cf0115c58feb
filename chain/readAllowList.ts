import type { BlockTag } from 'viem';
import type { Expectation } from '../model/registration.js';
import type { Chain } from './chains.js';
import { dstackAppAbi } from './contracts.js';
import { rpcFailure } from './rpcFailure.js';

/** What an app contract allows, at one block. */
export interface AllowList {
  readonly composeHash: boolean;
  /** True also where any device is allowed, and where no device is expected. */
  readonly device: boolean;
}

/**
 * Reads whether the contract allows what is expected.
 *
 * @param at a block number or tag
 * @throws Failure ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function readAllowList(
  { client }: Chain,
  { contract, composeHash, deviceId }: Expectation,
  at: bigint | BlockTag = 'latest',
): Promise<AllowList> {
  const { address } = contract;
  const block = typeof at === 'bigint' ? { blockNumber: at } : { blockTag: at };
  const read = { address, abi: dstackAppAbi, ...block } as const;
  try {
    const [hashAllowed, deviceAllowed] = await Promise.all([
      client.readContract({ ...read, functionName: 'allowedComposeHashes', args: [composeHash] }),
      deviceId === null
        ? true
        : Promise.all([
            client.readContract({ ...read, functionName: 'allowedDeviceIds', args: [deviceId] }),
            client.readContract({ ...read, functionName: 'allowAnyDevice' }),
          ]).then(([listed, any]) => listed || any),
    ]);
    return { composeHash: hashAllowed, device: deviceAllowed };
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** Whether everything that is expected is allowed. */
export const allows = ({ composeHash, device }: AllowList): boolean => composeHash && device;
