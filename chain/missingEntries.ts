import type { Address } from '../model/hex.js';
import type { Chain } from './chains.js';
import { dstackAppAbi } from './contracts.js';
import type { Entry } from './entries.js';
import { rpcFailure } from './rpcFailure.js';

/**
 * Reads the lists of an app contract.
 *
 * @param at a block number; by default the newest block
 * @returns the entries that do not stand, in their order
 * @throws Failure ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function missingEntries(
  chain: Chain,
  contract: Address,
  entries: readonly Entry[],
  at?: bigint,
): Promise<readonly Entry[]> {
  const lists = listsOf(chain, contract, at);
  try {
    const standing = await Promise.all(entries.map((entry) => stands(entry, lists)));
    return entries.filter((_, index) => !standing[index]);
  } catch (error) {
    throw rpcFailure(error);
  }
}

type Lists = ReturnType<typeof listsOf>;

function listsOf({ client }: Chain, address: Address, at: bigint | undefined) {
  const read = { address, abi: dstackAppAbi, ...(at !== undefined && { blockNumber: at }) };
  return {
    composeHash: (composeHash: `0x${string}`) =>
      client.readContract({ ...read, functionName: 'allowedComposeHashes', args: [composeHash] }),
    device: (deviceId: `0x${string}`) =>
      client.readContract({ ...read, functionName: 'allowedDeviceIds', args: [deviceId] }),
    anyDevice: () => client.readContract({ ...read, functionName: 'allowAnyDevice' }),
  };
}

async function stands(entry: Entry, lists: Lists): Promise<boolean> {
  switch (entry.list) {
    case 'composeHashes':
      return (await lists.composeHash(entry.composeHash)) === entry.allowed;
    case 'devices':
      return (await lists.device(entry.deviceId)) === entry.allowed;
    case 'anyDevice':
      return (await lists.anyDevice()) === entry.allowed;
    case 'admittedDevices': {
      const [listed, any] = await Promise.all([lists.device(entry.deviceId), lists.anyDevice()]);
      return listed || any;
    }
  }
}
