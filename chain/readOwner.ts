import { type Address, addressSchema } from '../model/hex.js';
import type { Chain } from './chains.js';
import { dstackAppAbi, ownable2StepAbi } from './contracts.js';
import { type Account, readAccount } from './readAccount.js';
import { noAnswer, rpcFailure } from './rpcFailure.js';

/** Who decides over an app contract. */
export interface Owner extends Account {
  readonly pendingOwner: Address | null;
}

/**
 * Reads the owner of an app contract, and what kind of account it is.
 *
 * @throws Failure ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function readOwner(chain: Chain, contract: Address): Promise<Owner> {
  try {
    const address = addressSchema.parse(
      await chain.client.readContract({ address: contract, abi: dstackAppAbi, functionName: 'owner' }),
    );
    const [account, pendingOwner] = await Promise.all([readAccount(chain, address), readPendingOwner(chain, contract)]);
    return { ...account, pendingOwner };
  } catch (error) {
    throw rpcFailure(error);
  }
}

/**
 * Reads who owns an app contract, and nothing else.
 *
 * @returns null where the node shows no contract that tells
 * @throws Failure ChainUnavailable
 */
export async function readOwnerAddress({ client }: Chain, contract: Address): Promise<Address | null> {
  const read = { address: contract, abi: dstackAppAbi, functionName: 'owner' } as const;
  const owner = await client.readContract(read).catch(noAnswer);
  return owner && addressSchema.parse(owner);
}

/** Null where the contract is plain Ownable, or nothing is pending. */
async function readPendingOwner({ client }: Chain, contract: Address): Promise<Address | null> {
  const read = { address: contract, abi: ownable2StepAbi, functionName: 'pendingOwner' } as const;
  const pending = await client.readContract(read).catch(noAnswer);
  return pending === null || /^0x0+$/.test(pending) ? null : addressSchema.parse(pending);
}
