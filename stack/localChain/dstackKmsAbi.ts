import { parseAbi } from 'viem';

/** The interface of contracts/DstackKms.sol, typed; a test holds it against what the compiler says. */
export const dstackKmsAbi = parseAbi([
  'struct AppBootInfo { address appId; bytes32 composeHash; address instanceId; bytes32 deviceId; bytes32 mrAggregated; bytes32 mrSystem; bytes32 osImageHash; string tcbStatus; string[] advisoryIds; }',
  'constructor()',
  'function deployAndRegisterApp(address initialOwner, bool disableUpgrades, bool allowAnyDevice, bytes32 deviceId, bytes32 composeHash) returns (address appId)',
  'function deployAndRegisterApp(address initialOwner, bool disableUpgrades, bool requireTcbUpToDate, bool allowAnyDevice, bytes32 deviceId, bytes32 composeHash) returns (address appId)',
  'function registerApp(address appId)',
  'function registeredApps(address appId) view returns (bool)',
  'function appImplementation() view returns (address)',
  'function isAppAllowed(AppBootInfo boot) view returns (bool isAllowed, string reason)',
  'event AppRegistered(address appId)',
  'event AppImplementationSet(address implementation)',
  'event AppDeployedViaFactory(address indexed appId, address indexed deployer)',
]);
