import { concat, encodeAbiParameters, toFunctionSelector } from 'viem';
import type { Address } from '../model/hex.js';
import type { AllowListEntry, CallArgument, RegistrationCall, RegistrationMethod } from '../model/registration.js';
import { changeFor, type Entry } from './entries.js';

/** The calls that bring entries of an app contract about, in their order. */
export const registrationCalls = (contract: Address, missing: readonly Entry[]): readonly RegistrationCall[] =>
  missing.map((entry) => callFor(contract, changeFor(entry)));

/** Selectors and arguments are the same in every generation of the contract (on-chain.md §2.2). */
function callFor(contract: Address, entry: AllowListEntry): RegistrationCall {
  switch (entry.list) {
    case 'composeHashes':
      return createCall(contract, entry.allowed ? 'addComposeHash' : 'removeComposeHash', [
        { name: 'composeHash', type: 'bytes32', value: entry.composeHash },
      ]);
    case 'devices':
      return createCall(contract, entry.allowed ? 'addDevice' : 'removeDevice', [
        { name: 'deviceId', type: 'bytes32', value: entry.deviceId },
      ]);
    case 'anyDevice':
      return createCall(contract, 'setAllowAnyDevice', [
        { name: 'allowAny', type: 'bool', value: String(entry.allowed) },
      ]);
  }
}

/** A call whose data is encoded from the very arguments that people get to see. */
export function createCall(
  to: Address,
  method: RegistrationMethod,
  callArguments: readonly CallArgument[],
): RegistrationCall {
  const selector = toFunctionSelector(`function ${method}(${callArguments.map(({ type }) => type).join(',')})`);
  const values = callArguments.map(({ type, value }) => (type === 'bool' ? value === 'true' : value));
  return { method, arguments: callArguments, to, data: concat([selector, encodeAbiParameters(callArguments, values)]) };
}
