import { parseAbi } from 'viem';

/**
 * What is read of an app contract: what every generation of DstackApp has in common (on-chain.md §2.5). What is called
 * stands in registrationCalls.ts.
 */
export const dstackAppAbi = parseAbi([
  'function owner() view returns (address)',
  'function allowedComposeHashes(bytes32 composeHash) view returns (bool)',
  'function allowedDeviceIds(bytes32 deviceId) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
]);

/**
 * What an app contract says when its lists change, the same in every generation. No argument is indexed: logs are
 * filtered by address and topic, and the arguments are compared here (on-chain.md §2.3).
 */
export const allowListEvents = parseAbi([
  'event ComposeHashAdded(bytes32 composeHash)',
  'event ComposeHashRemoved(bytes32 composeHash)',
  'event DeviceAdded(bytes32 deviceId)',
  'event DeviceRemoved(bytes32 deviceId)',
  'event AllowAnyDeviceSet(bool allowAny)',
]);

/** What is read of a KMS contract, which makes app contracts and keeps the register of them (on-chain.md §2.2). */
export const dstackKmsAbi = parseAbi([
  'function registeredApps(address appId) view returns (bool)',
  'function appImplementation() view returns (address)',
  'event AppDeployedViaFactory(address indexed appId, address indexed deployer)',
]);

/** How an app contract tells its generation, where it does (on-chain.md §2.2, §2.5). */
export const dstackAppProbeAbi = parseAbi([
  'function version() view returns (uint256)',
  'function supportsInterface(bytes4 interfaceId) view returns (bool)',
]);

/** Only where the contract is Ownable2Step (on-chain.md §2.5). */
export const ownable2StepAbi = parseAbi(['function pendingOwner() view returns (address)']);

/** What is read of a Safe and sent to it, 1.3.0 and later (on-chain.md §3.1). */
export const safeAbi = parseAbi([
  'function VERSION() view returns (string)',
  'function getThreshold() view returns (uint256)',
  'function getOwners() view returns (address[])',
  'function nonce() view returns (uint256)',
  'function approvedHashes(address owner, bytes32 hash) view returns (uint256)',
  'function checkNSignatures(bytes32 dataHash, bytes data, bytes signatures, uint256 requiredSignatures) view',
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)',
]);

/** Topic of a Safe execution that succeeded; the same whether its argument is indexed (1.4.1) or not. */
export const executionSuccessTopic = '0x442e715f626346e8c54381002da614f62bee8d27386535b2521ec8540898556e';

/** Topic of a Safe execution whose inner call failed; the same whether its argument is indexed (1.4.1) or not. */
export const executionFailureTopic = '0x23428b18acfb3ea64b08dc0c1d296ea9c09702c09083ca5272e64d115b687d23';
