import type { Hex, PublicClient } from 'viem';
import { dstackAppAbi } from './dstackApp.js';

/** What an app contract is asked about. Hashes and addresses with 0x. */
export interface Deployment {
  readonly chainId: number;
  readonly appContract: Hex;
  readonly composeHash: Hex;
  /** undefined: no device is known. */
  readonly deviceId: Hex | undefined;
}

/** What the contract says of it. */
export interface Allowance {
  readonly composeHashAllowed: boolean;
  readonly allowAnyDevice: boolean;
  /** Whether the device itself is on the list; undefined where no device is known or nothing could be read. */
  readonly deviceListed: boolean | undefined;
  readonly isAllowed: boolean;
  /** Why the contract could not be asked. */
  readonly error: string | undefined;
}

/** Whether a deployment would get its keys: the hash is allowed, and any device or this one [on-chain facts §2.4]. */
export async function deploymentAllowed(client: PublicClient, deployment: Deployment): Promise<Allowance> {
  const { appContract, composeHash, deviceId } = deployment;
  const contract = { address: appContract, abi: dstackAppAbi } as const;
  const [composeHashAllowed, allowAnyDevice, deviceListed] = await Promise.all([
    client.readContract({ ...contract, functionName: 'allowedComposeHashes', args: [composeHash] }),
    client.readContract({ ...contract, functionName: 'allowAnyDevice' }),
    deviceId === undefined
      ? undefined
      : client.readContract({ ...contract, functionName: 'allowedDeviceIds', args: [deviceId] }),
  ]);
  const isAllowed = composeHashAllowed && (allowAnyDevice || deviceListed === true);
  return { composeHashAllowed, allowAnyDevice, deviceListed, isAllowed, error: undefined };
}
