import { parseAbi } from 'viem';

/** What scripted people use of OpenZeppelin's TimelockController 5.x. */
export const timelockAbi = parseAbi([
  'function hashOperation(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt) pure returns (bytes32)',
  'function hashOperationBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) pure returns (bytes32)',
  'function getOperationState(bytes32 id) view returns (uint8)',
  'function cancel(bytes32 id)',
  'function updateDelay(uint256 newDelay)',
  'function grantRole(bytes32 role, address account)',
  'function revokeRole(bytes32 role, address account)',
]);
