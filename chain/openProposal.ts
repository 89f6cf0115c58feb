import { Failure } from '../model/failure.js';
import type { Address } from '../model/hex.js';
import type { Expectation, Proposal, RegistrationCall, SafeProposal } from '../model/registration.js';
import type { Registrar } from '../model/updateRequest.js';
import { type Chain, requireChainId } from './chains.js';
import { readAllowList } from './readAllowList.js';
import { type Owner, readOwner, type SafeState } from './readOwner.js';
import { registrationCalls } from './registrationCalls.js';
import { rpcFailure } from './rpcFailure.js';
import { safeQueueUrl } from './safe/safeLinks.js';
import { safeTransactionHash } from './safe/safeTransactionHash.js';
import { transactionBuilderFile } from './safe/transactionBuilderFile.js';

interface OpenProposalOptions {
  readonly registrar: Registrar | 'auto';
  /** The key that this worker holds; null where it holds none. */
  readonly ownerKey: Address | null;
  readonly title: string;
  readonly description: string;
}

/**
 * Reads who owns the contract and what is missing on its allow-lists, and makes what the owner needs.
 *
 * @throws Failure ChainMismatch, ChainUnavailable, AppContractMissing, AppContractUnknown; OwnerKeyMissing where the
 *   request names a registrar that cannot do it
 */
export async function openProposal(
  chain: Chain,
  expectation: Expectation,
  { registrar: wanted, ownerKey, title, description }: OpenProposalOptions,
): Promise<Proposal> {
  await requireChainId(chain);
  const { contract } = expectation;
  const [owner, allowed, head] = await Promise.all([
    readOwner(chain, contract.address),
    readAllowList(chain, expectation),
    chain.client.getBlockNumber().catch((error: unknown) => {
      throw rpcFailure(error);
    }),
  ]);
  const calls = registrationCalls(expectation, allowed);
  const registrar = chooseRegistrar(wanted, owner, ownerKey);
  return {
    owner: owner.address,
    pendingOwner: owner.pendingOwner,
    registrar,
    expectation,
    calls,
    safe: owner.safe && proposeToSafe(chain.id, owner.address, owner.safe, calls, { title, description }),
    fromBlock: Number(head),
  };
}

/** The registrar that was asked for, if it can do it; else the one that fits the owner. */
function chooseRegistrar(wanted: Registrar | 'auto', { kind, address }: Owner, ownerKey: Address | null): Registrar {
  const holdsKey = ownerKey === address;
  if (wanted === 'ownerKey' && !holdsKey) {
    throw new Failure(
      'OwnerKeyMissing',
      ownerKey === null
        ? `The contract is owned by ${address}, and this worker holds no owner key.`
        : `The contract is owned by ${address}, not by the owner key ${ownerKey}.`,
    );
  }
  if (wanted === 'safe' && kind !== 'safe') {
    throw new Failure('RequestRefused', `The contract is owned by ${address}, which is not a Safe.`, {
      remedy: 'Leave the registrar out: it is found from the owner of the contract.',
    });
  }
  if (wanted !== 'auto') return wanted;
  if (kind === 'safe') return 'safe';
  return holdsKey ? 'ownerKey' : 'external';
}

function proposeToSafe(
  chainId: number,
  safe: Address,
  { version, threshold, owners, nonce }: SafeState,
  calls: readonly RegistrationCall[],
  { title, description }: { title: string; description: string },
): SafeProposal {
  const [call, ...more] = calls;
  return {
    address: safe,
    version,
    threshold,
    owners,
    nonce,
    transactionHash:
      call && more.length === 0 ? safeTransactionHash({ chainId, safe, to: call.to, data: call.data, nonce }) : null,
    queueUrl: safeQueueUrl(chainId, safe),
    batchFile: transactionBuilderFile(calls, { chainId, safe, title, description, createdAt: Date.now() }),
  };
}
