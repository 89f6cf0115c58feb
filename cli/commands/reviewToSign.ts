import { Failure } from '../../model/failure.js';
import type { Address, SafeTransactionHash } from '../../model/hex.js';
import { describeCall } from '../../model/registration.js';
import type { SafeTransaction } from '../../model/safe.js';
import { encodeShown } from '../../verify/encodeShown.js';
import { checkSafe } from '../../verify/safe.js';
import type { ToSign } from './safeOf.js';

/** What a signer signs: the same was made anew from what people get to see. */
export interface Reviewed {
  readonly transaction: SafeTransaction;
  readonly transactionHash: SafeTransactionHash;
}

/**
 * Makes the transaction of a Safe and its hash anew, from the methods and arguments that people get to see, and compares:
 * whoever signs trusts nobody's word for a hash. By the code of `countersign verify`, which did not make the proposal; unlike
 * that it needs no documents and no network, and does not tell whether the calls are those that the change needs.
 *
 * @param known the MultiSendCallOnly that the signer knows of, where it is none of those that Safe deploys
 * @throws Failure NotSignable; ProposalInconsistent where anything differs, which nobody should sign
 */
export function reviewToSign({ safe, chainId, calls }: ToSign, known: Address | null): Reviewed {
  const { transaction, transactionHash } = safe;
  if (transaction === null || transactionHash === null) {
    throw new Failure('NotSignable', 'The form of the transaction is not known.');
  }
  for (const call of calls) {
    if (encodeShown(call.method, call.arguments) !== call.data) {
      throw inconsistent(`The calldata is not ${describeCall(call)}.`);
    }
  }
  for (const { name, outcome, reason } of checkSafe(chainId, calls, safe)) {
    if (outcome === 'failed') throw inconsistent(reason);
    if (name === 'multiSend' && outcome !== 'passed' && transaction.to !== known) throw unknownBatch(transaction.to);
  }
  return { transaction, transactionHash };
}

const inconsistent = (what: string): Failure =>
  new Failure('ProposalInconsistent', `The documents of the proposal contradict each other: ${what}`);

const unknownBatch = (to: Address): Failure =>
  new Failure(
    'ProposalInconsistent',
    `The Safe would hand itself over to ${to}, which is no MultiSendCallOnly that Safe deploys.`,
    {
      remedy:
        'Where your operator has deployed it there, check its code, and name it with --multisend. Else do not sign.',
    },
  );
