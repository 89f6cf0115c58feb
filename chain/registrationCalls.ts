import { encodeFunctionData } from 'viem';
import type { Expectation, RegistrationCall } from '../model/registration.js';
import { dstackAppAbi } from './contracts.js';
import type { AllowList } from './readAllowList.js';

/** The calls that are still missing, in the order in which they belong into one batch. */
export function registrationCalls(
  { contract, composeHash, deviceId }: Expectation,
  allowed: AllowList,
): readonly RegistrationCall[] {
  const calls: RegistrationCall[] = [];
  if (!allowed.device && deviceId !== null) {
    calls.push({
      method: 'addDevice',
      argument: deviceId,
      to: contract.address,
      data: encodeFunctionData({ abi: dstackAppAbi, functionName: 'addDevice', args: [deviceId] }),
    });
  }
  if (!allowed.composeHash) {
    calls.push({
      method: 'addComposeHash',
      argument: composeHash,
      to: contract.address,
      data: encodeFunctionData({ abi: dstackAppAbi, functionName: 'addComposeHash', args: [composeHash] }),
    });
  }
  return calls;
}
