import { size } from 'viem';
import type { AcceptedSignature } from '../../model/chainActivities.js';
import { Failure } from '../../model/failure.js';
import type { Address, Hex } from '../../model/hex.js';
import type { SafeSignature, SafeTransaction } from '../../model/safe.js';
import { type Chain, requireChainId } from '../chains.js';
import { safeAbi } from '../contracts.js';
import { rpcFailure } from '../rpcFailure.js';
import { encodeSignatures } from './encodeSignatures.js';
import { explainSignature } from './explainSignature.js';
import { readSafe, type SafeState } from './readSafe.js';
import { possibleSigners } from './recoverSigner.js';
import { type BoundTransaction, encodedTransaction, safeTransactionHash } from './safeTransactionHash.js';

interface SignatureToCheck {
  readonly safe: Address;
  readonly transaction: SafeTransaction;
  readonly signature: Hex;
  /** The owner whose signature it is to be; null: found from the signature, which works for keys only. */
  readonly owner: Address | null;
}

/**
 * Checks one signature for a Safe transaction against the Safe as it stands now. The last word has the Safe itself: its
 * own check is run, which asks owners that are contracts (EIP-1271), too.
 *
 * @throws Failure SafeNonceTaken, SignatureOfNoOwner, SignatureInvalid; ChainMismatch, ChainUnavailable
 */
export async function checkSignature(
  chain: Chain,
  { safe, transaction, signature, owner }: SignatureToCheck,
): Promise<AcceptedSignature> {
  await requireChainId(chain);
  const state = await requireSafe(chain, safe);
  if (state.nonce !== transaction.nonce) {
    throw new Failure(
      'SafeNonceTaken',
      `The Safe ${safe} is at nonce ${state.nonce}; the transaction that was signed has nonce ${transaction.nonce}.`,
    );
  }
  const bound = { chainId: chain.id, safe, transaction };
  const known = owner && (await isContract(chain, owner)) ? ofContract(owner, signature, state, safe) : null;
  const checked = known ?? (await ofKey(bound, { owner, signature, state }));
  await requireAcceptance(chain, bound, checked);
  const { owners, threshold } = state;
  return { ...checked, safe: { owners, threshold } };
}

type Given = Pick<SafeSignature, 'owner' | 'kind' | 'signature'>;

async function requireSafe(chain: Chain, address: Address): Promise<SafeState> {
  const state = await readSafe(chain, address).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  if (state) return state;
  throw new Failure('AppContractMissing', `${address} does not answer like a Safe on chain ${chain.id}.`);
}

function ofContract(owner: Address, signature: Hex, { owners }: SafeState, safe: Address): Given {
  if (owners.includes(owner)) return { owner, kind: 'contract', signature };
  throw new Failure('SignatureOfNoOwner', `${owner} is no owner of the Safe ${safe}: ${owners.join(', ')}.`);
}

async function ofKey(
  bound: BoundTransaction,
  { owner, signature, state }: { readonly owner: Address | null; readonly signature: Hex; readonly state: SafeState },
): Promise<Given> {
  const { owners } = state;
  const possible = await possibleSigners(safeTransactionHash(bound), signature);
  const [first] = possible;
  if (!first) {
    throw new Failure('SignatureInvalid', `It is no signature of a key: ${size(signature)} bytes, and none fits.`, {
      remedy: 'A key signs 65 bytes: r, s, v. For an owner that is a contract, name the owner, too.',
    });
  }
  const signed = possible.find((one) => owners.includes(one.owner) && (owner === null || one.owner === owner));
  if (signed) return { ...signed, kind: 'key' };
  const why = await explainSignature(bound, owners, signature);
  const whose = owner ? `It is not ${owner}'s` : `${first.owner} is no owner of the Safe ${bound.safe}`;
  throw new Failure(
    'SignatureOfNoOwner',
    `${why ?? `${whose}, or it was made over something else.`} To be signed is ${safeTransactionHash(bound)}, by one of ${owners.join(', ')}.`,
  );
}

/** @throws Failure SignatureInvalid */
async function requireAcceptance({ client }: Chain, bound: BoundTransaction, given: Given): Promise<void> {
  try {
    const args = [safeTransactionHash(bound), encodedTransaction(bound), encodeSignatures([given]), 1n] as const;
    await client.readContract({ address: bound.safe, abi: safeAbi, functionName: 'checkNSignatures', args });
  } catch (error) {
    const failure = rpcFailure(error);
    if (failure.class === 'transient') throw failure;
    throw new Failure('SignatureInvalid', `The Safe does not accept the signature of ${given.owner}.`, {
      cause: error,
    });
  }
}

async function isContract({ client }: Chain, address: Address): Promise<boolean> {
  const code = await client.getCode({ address }).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  return code !== undefined && code !== '0x';
}
