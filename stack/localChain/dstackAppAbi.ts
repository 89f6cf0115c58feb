import { parseAbi } from 'viem';

/** The interface of contracts/DstackApp.sol, typed; a test holds it against what the compiler says. */
export const dstackAppAbi = parseAbi([
  'struct AppBootInfo { address appId; bytes32 composeHash; address instanceId; bytes32 deviceId; bytes32 mrAggregated; bytes32 mrSystem; bytes32 osImageHash; string tcbStatus; string[] advisoryIds; }',
  'constructor(address initialOwner, bool tcbUpToDate, bool anyDevice, bytes32 deviceId, bytes32 composeHash)',
  'function owner() view returns (address)',
  'function transferOwnership(address newOwner)',
  'function addComposeHash(bytes32 composeHash)',
  'function removeComposeHash(bytes32 composeHash)',
  'function addDevice(bytes32 deviceId)',
  'function removeDevice(bytes32 deviceId)',
  'function setAllowAnyDevice(bool allowAny)',
  'function setRequireTcbUpToDate(bool upToDate)',
  'function allowedComposeHashes(bytes32 composeHash) view returns (bool)',
  'function allowedDeviceIds(bytes32 deviceId) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
  'function requireTcbUpToDate() view returns (bool)',
  'function version() pure returns (uint256)',
  'function supportsInterface(bytes4 id) pure returns (bool)',
  'function isAppAllowed(AppBootInfo boot) view returns (bool isAllowed, string reason)',
  'event ComposeHashAdded(bytes32 composeHash)',
  'event ComposeHashRemoved(bytes32 composeHash)',
  'event DeviceAdded(bytes32 deviceId)',
  'event DeviceRemoved(bytes32 deviceId)',
  'event AllowAnyDeviceSet(bool allowAny)',
  'event RequireTcbUpToDateSet(bool requireUpToDate)',
  'event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)',
  'error OwnableUnauthorizedAccount(address account)',
  'error OwnableInvalidOwner(address owner)',
]);

/** What contracts/DstackAppTwoStep.sol has besides: the handover that the new owner has to accept. */
export const ownable2StepAbi = parseAbi([
  'function pendingOwner() view returns (address)',
  'function acceptOwnership()',
  'event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner)',
]);
