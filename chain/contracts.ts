import { parseAbi } from 'viem';

/**
 * What every generation of the DstackApp contract has in common, and all that is relied on (on-chain.md §2.5). The
 * arguments of the events are not indexed: logs are filtered by address and topic, and the hash is compared here.
 */
export const dstackAppAbi = parseAbi([
  'function owner() view returns (address)',
  'function allowedComposeHashes(bytes32 composeHash) view returns (bool)',
  'function allowedDeviceIds(bytes32 deviceId) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
  'function addComposeHash(bytes32 composeHash)',
  'function addDevice(bytes32 deviceId)',
  'event ComposeHashAdded(bytes32 composeHash)',
  'event DeviceAdded(bytes32 deviceId)',
]);

/** Only where the contract is Ownable2Step (on-chain.md §2.5). */
export const ownable2StepAbi = parseAbi(['function pendingOwner() view returns (address)']);

/** What is read of a Safe, 1.3.0 and later (on-chain.md §3.1). */
export const safeAbi = parseAbi([
  'function VERSION() view returns (string)',
  'function getThreshold() view returns (uint256)',
  'function getOwners() view returns (address[])',
  'function nonce() view returns (uint256)',
]);

/** Topic of a Safe execution whose inner call failed; the same whether its argument is indexed (1.4.1) or not. */
export const executionFailureTopic = '0x23428b18acfb3ea64b08dc0c1d296ea9c09702c09083ca5272e64d115b687d23';
