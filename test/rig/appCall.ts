import { type Address, encodeFunctionData, type Hex, parseAbi } from 'viem';

const abi = parseAbi([
  'function addComposeHash(bytes32)',
  'function removeComposeHash(bytes32)',
  'function addDevice(bytes32)',
  'function removeDevice(bytes32)',
]);

/** A call of an app's contract, written by somebody who knows nothing of the engine. */
export const appCall = (
  app: Address,
  functionName: 'addComposeHash' | 'removeComposeHash' | 'addDevice' | 'removeDevice',
  argument: Hex,
): { readonly to: Address; readonly data: Hex } => ({
  to: app,
  data: encodeFunctionData({ abi, functionName, args: [argument] }),
});
