import { type Address, addressSchema } from '../../model/hex.js';
import type { Deployment } from '../../model/registration.js';
import type { Chain } from '../chains.js';
import { dstackAppAbi, dstackKmsAbi } from '../contracts.js';
import { allowedHash, type Entry } from '../entries.js';
import { missingEntries } from '../missingEntries.js';
import { noAnswer } from '../rpcFailure.js';
import type { Sighting } from '../sighting.js';

/** An app contract that the factory made as it was expected. */
export interface DeployedApp {
  readonly address: Address;
  /** Who called the factory: the key or the Safe itself, not whoever sent the transaction. */
  readonly deployer: Address;
  /** The transaction that made it, with the entries that it shows. */
  readonly sighting: Sighting;
}

/**
 * What has to stand on the lists of the new app. Anyone may call the factory, in anyone's name: an app that allows more
 * devices than were asked for is not the one that is meant.
 */
export function entriesOfApp({ composeHash, deviceId }: Deployment): readonly Entry[] {
  const device: readonly Entry[] = deviceId === null ? [] : [{ list: 'devices', deviceId, allowed: true }];
  return [allowedHash(composeHash), ...device, { list: 'anyDevice', allowed: deviceId === null }];
}

/** A deployment whose owner is known. Left open in the request, it is filled in when the registration is opened. */
export type OwnedDeployment = Deployment & { readonly owner: Address };

/** @throws Error where the owner was never filled in, which is a bug */
export function requireOwner(deployment: Deployment): OwnedDeployment {
  const { owner } = deployment;
  if (owner === null) throw new Error('A deployment is read whose owner was never filled in.');
  return { ...deployment, owner };
}

/** How an app that the factory made stands. */
export interface AppState {
  readonly owner: Address;
  /** Whether the KMS knows it. */
  readonly registered: boolean;
  /** What of the expected does not stand on its lists. */
  readonly missing: readonly Entry[];
}

/**
 * Reads an app that the factory made.
 *
 * @param at a block that has it: a node that lags behind refuses to read there, in place of seeing no contract
 * @returns null where it does not answer like an app: its owner may have put anything in its place
 * @throws Failure ChainUnavailable
 */
export async function readApp(
  chain: Chain,
  deployment: OwnedDeployment,
  app: Address,
  at: bigint,
): Promise<AppState | null> {
  const { client } = chain;
  const block = { blockNumber: at };
  try {
    const [owner, registered, missing] = await Promise.all([
      client.readContract({ address: app, abi: dstackAppAbi, functionName: 'owner', ...block }),
      client.readContract({
        address: deployment.kms.address,
        abi: dstackKmsAbi,
        functionName: 'registeredApps',
        args: [app],
        ...block,
      }),
      missingEntries(chain, app, entriesOfApp(deployment), at),
    ]);
    return { owner: addressSchema.parse(owner), registered, missing };
  } catch (error) {
    return noAnswer(error);
  }
}

/** Whether the app is the one that is expected. */
export const isExpected = (deployment: OwnedDeployment, { owner, registered, missing }: AppState): boolean =>
  owner === deployment.owner && registered && missing.length === 0;
