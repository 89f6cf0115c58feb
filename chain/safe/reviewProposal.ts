import { concat, encodeAbiParameters, toFunctionSelector } from 'viem';
import { Failure } from '../../model/failure.js';
import type { Address, Hex, SafeTransactionHash } from '../../model/hex.js';
import { type ContractCall, describeCall } from '../../model/registration.js';
import type { SafeSigning, SafeTransaction } from '../../model/safe.js';
import { canonicalMultiSends } from './multiSend.js';
import { safeTransactionFor } from './safeTransaction.js';
import { safeTransactionHash } from './safeTransactionHash.js';

interface ReviewOptions {
  readonly chainId: number;
  /** The MultiSendCallOnly that the signer knows of, where it is none of those that Safe deploys. */
  readonly multiSend: Address | null;
}

/** What a signer signs, recomputed from what people get to see. */
export interface Reviewed {
  readonly transaction: SafeTransaction;
  readonly transactionHash: SafeTransactionHash;
}

/**
 * Makes the transaction and its hash of a proposal anew, from the methods and arguments that people get to see, and
 * compares: whoever signs trusts nobody's word for a hash. Needs no network.
 *
 * @throws Failure NotSignable; ProposalInconsistent where anything differs, which nobody should sign
 */
export function reviewProposal(
  calls: readonly ContractCall[],
  safe: Pick<SafeSigning, 'address' | 'transaction' | 'transactionHash' | 'nonce'>,
  { chainId, multiSend }: ReviewOptions,
): Reviewed {
  const { address, transaction, transactionHash, nonce } = safe;
  if (transaction === null || transactionHash === null) {
    throw new Failure('NotSignable', 'The form of the transaction is not known.');
  }
  for (const call of calls) {
    if (encoded(call) !== call.data) throw inconsistent(`the calldata is not ${describeCall(call)}`);
  }
  const trusted = transaction.operation === 'call' || [...canonicalMultiSends, multiSend].includes(transaction.to);
  if (!trusted) {
    throw new Failure(
      'ProposalInconsistent',
      `The Safe would hand itself over to ${transaction.to}, which is no MultiSendCallOnly that Safe deploys.`,
      {
        remedy:
          'Where your operator has deployed it there, check its code, and name it with --multisend. Else do not sign.',
      },
    );
  }
  const made = safeTransactionFor(calls, { nonce, multiSend: transaction.to });
  if (made === null || !isSame(made, transaction))
    throw inconsistent('the Safe transaction makes other calls than it shows');
  const hash = safeTransactionHash({ chainId, safe: address, transaction: made });
  if (hash !== transactionHash) throw inconsistent(`the Safe transaction hash is ${hash}, not ${transactionHash}`);
  return { transaction: made, transactionHash: hash };
}

const isSame = (one: SafeTransaction, other: SafeTransaction): boolean =>
  one.to === other.to && one.data === other.data && one.operation === other.operation && one.nonce === other.nonce;

const inconsistent = (what: string): Failure =>
  new Failure('ProposalInconsistent', `The documents of the proposal contradict each other: ${what}.`);

/** The calldata that method and arguments make; values stand as text, lists in brackets. */
function encoded({ method, arguments: given }: ContractCall): Hex {
  const selector = toFunctionSelector(`function ${method}(${given.map(({ type }) => type).join(',')})`);
  return concat([
    selector,
    encodeAbiParameters(
      given,
      given.map(({ type, value }) => readValue(type, value)),
    ),
  ]);
}

function readValue(type: string, text: string): unknown {
  if (type.endsWith('[]')) {
    const inner = text.slice(1, -1);
    return inner === '' ? [] : inner.split(',').map((item) => readValue(type.slice(0, -2), item));
  }
  if (type === 'bool') return text === 'true';
  return type.startsWith('uint') ? BigInt(text) : text;
}
