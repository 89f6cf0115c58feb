import type { Chains } from '../../chain/chains.js';
import type { FeePolicy } from '../../chain/sending/fees.js';
import { type SentState, sendTransactions, whyStuck } from '../../chain/sending/sendTransactions.js';
import { Failure } from '../../model/failure.js';
import type { Hex } from '../../model/hex.js';
import type { SendingActivities, SendingOutcome } from '../../model/sending.js';
import { activity, type Execution } from '../activity.js';
import type { KeyRing } from '../keyRing.js';
import { pollDelay } from '../pollDelay.js';

interface SendTransactionsClients {
  readonly chains: Chains;
  readonly keyRing: KeyRing;
  readonly fees: FeePolicy;
}

/** Looks within one attempt, a second apart. */
const looks = 8;

/**
 * Sends the newest transaction of a nonce until one of them is mined. Safe to repeat: the same bytes are the same
 * transaction, and a chain takes up one of each nonce at most.
 */
export const createSendTransactions = ({
  chains,
  keyRing,
  fees,
}: SendTransactionsClients): SendingActivities['sendTransactions'] =>
  activity(async ({ key, transactions, patience }, execution): Promise<SendingOutcome> => {
    const chain = chains.get(key.chainId);
    const newest = transactions.at(-1);
    if (!newest) return { state: 'nonceTaken' };
    // What was sealed is the raw transaction.
    const raw = (await keyRing.unseal(newest.transaction, execution.change)) as Hex;
    const sending = { from: key.address, transactions, raw };
    const state = await watch(execution, () => sendTransactions(chain, sending));
    if (state.state !== 'pending') return state;
    if (execution.waited() >= fees.patience * patience) {
      if (!state.canPay) return { state: 'stuck', why: 'balance', nextNonce: newest.nonce };
      const stuck = await whyStuck(chain, sending);
      if (stuck) return stuck;
    }
    const pace = { first: 1_000, factor: 1.2, longest: 15_000 };
    throw new Failure('RegistrationPending', `Transaction ${newest.transactionHash} is not mined yet.`, {
      effect: 'unknown',
      retryAfter: Math.min(pollDelay(execution.attempt, pace), fees.patience),
    });
  });

/** A nonce counts as taken only when no transaction of it shows at each of several looks: nodes lag. */
async function watch({ sleep }: Execution, send: () => Promise<SentState>): Promise<SentState> {
  let state = await send();
  for (let look = 1; look < looks && state.state !== 'mined'; look++) {
    await sleep(look === 1 ? 200 : 1_000);
    state = await send();
  }
  return state;
}
