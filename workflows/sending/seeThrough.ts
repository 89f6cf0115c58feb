import type { CancellationScope } from '@temporalio/workflow';
import type { SendingOutcome } from '../../model/sending.js';
import { stepFailureOf } from '../stepFailure.js';
import { isUnnamed, sendTransactions, signReplacement } from './activities.js';
import { note, type Order } from './order.js';
import type { Sender } from './sender.js';

/** How often a higher fee is offered for one nonce. */
const mostReplacements = 12;
/** How many times longer than usual a transaction waits, at the most, where no higher fee can be offered. */
const longestPatience = 16;

/**
 * Sends the transactions of an order's nonce until one of them is mined, and offers more where they are stuck. Where the
 * order is withdrawn, an empty transaction takes the nonce: then the call is not mined later, and nothing that comes
 * after it is held up.
 *
 * @throws StepFailure where the transaction was reverted
 */
export async function seeThrough(sender: Sender, order: Order, scope: CancellationScope): Promise<void> {
  if (order.unwanted) return voidNonce(sender, order);
  const outcome = await scope.run(() => send(sender, order)).catch(unlessUnnamed);
  if (outcome === null) return;
  switch (outcome.state) {
    case 'mined':
      note(order, `Mined: ${outcome.transactionHash}.`);
      order.transactionHash = outcome.transactionHash;
      if (order.data) order.mined.push(order.data);
      order.transactions = [];
      if (order.remaining === 0 || order.work?.kind === 'call') order.end = 'done';
      return;
    case 'nonceTaken':
      note(order, `Another transaction took nonce ${nonceOf(order)}; a new one is signed.`);
      order.transactions = [];
      return;
    case 'stuck':
      return help(sender, order, outcome, scope);
  }
}

type Stuck = Extract<SendingOutcome, { state: 'stuck' }>;

async function help(sender: Sender, order: Order, { why, nextNonce }: Stuck, scope: CancellationScope): Promise<void> {
  order.futile++;
  const nonce = nonceOf(order);
  if (why === 'gap') return sender.fill(nextNonce);
  if (why === 'balance') return note(order, `The key ${sender.key.address} cannot pay for nonce ${nonce} any more.`);
  if (order.transactions.length > mostReplacements) {
    return note(order, `Nonce ${nonce} still waits after ${mostReplacements} higher fees; it is sent on as it is.`);
  }
  try {
    const summary = `offer more for nonce ${nonce}`;
    const input = { key: sender.key, nonce, before: order.transactions, call: 'same' } as const;
    const signed = await scope.run(() => signReplacement.executeWithOptions({ summary }, [input]));
    order.futile = 0;
    order.transactions.push(signed);
    note(order, `Blocks pass nonce ${nonce} over; replaced by transaction ${signed.transactionHash} with higher fees.`);
  } catch (error) {
    noteInVain(order, error);
  }
}

/** Nothing of the order is sent from here on. */
async function voidNonce(sender: Sender, order: Order): Promise<void> {
  order.withdrawn = true;
  const { key } = sender;
  const nonce = nonceOf(order);
  const input = { key, nonce, before: order.transactions, call: 'nothing' } as const;
  try {
    const signed = await signReplacement.executeWithOptions({ summary: `use nonce ${nonce} for nothing` }, [input]);
    order.transactions.push(signed);
    note(order, `Nonce ${nonce} is used for nothing: transaction ${signed.transactionHash}.`);
    for (;;) {
      const outcome = await send(sender, order);
      if (outcome.state !== 'stuck') break;
      order.futile++;
      if (outcome.why === 'gap') sender.fill(outcome.nextNonce);
      else if (outcome.why === 'fee' && order.transactions.length <= mostReplacements) {
        order.transactions.push(
          await signReplacement.executeWithOptions({ summary: `offer more for nonce ${nonce}` }, [
            { ...input, before: order.transactions },
          ]),
        );
      }
    }
  } catch (error) {
    // What was sent before may be mined. That is known of every withdrawal.
    noteInVain(order, error);
  }
  order.transactions = [];
  order.end = 'withdrawn';
}

const send = ({ key }: Sender, { transactions, futile }: Order): Promise<SendingOutcome> =>
  sendTransactions.executeWithOptions({ summary: `send ${transactions.at(-1)?.transactionHash}` }, [
    { key, transactions, patience: Math.min(2 ** futile, longestPatience) },
  ]);

const nonceOf = ({ transactions, gap }: Order): number => transactions[0]?.nonce ?? gap ?? 0;

function unlessUnnamed(error: unknown): null {
  if (isUnnamed(error)) return null;
  throw error;
}

function noteInVain(order: Order, error: unknown): void {
  const failure = stepFailureOf(error);
  if (failure) note(order, failure.message);
  else if (!isUnnamed(error)) throw error;
}
