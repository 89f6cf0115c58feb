import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type OrderStanding,
  orderSignal,
  type SendingKey,
  type SendingOrder,
  standingQuery,
  withdrawSignal,
} from '../../model/sending.js';
import { type Order, standingOf } from './order.js';
import { Sender } from './sender.js';

interface SenderInput {
  readonly key: SendingKey;
  /** From the run before. */
  readonly orders?: readonly Order[];
}

/** How long a sender stays when there is nothing left to send. */
const idleTime = '10 minutes';
/** Events after which the next run takes over. */
const longestHistory = 2_000;

/**
 * The one sender of a key on a chain: every change of the deployment that needs the key asks it. Where it worked itself,
 * each change would have to find out by trial which nonce is free.
 *
 * Ends when it has nothing to do; the next order starts it again. A cancellation changes nothing: what was sent has to be
 * seen to its end, and orders are withdrawn by their changes.
 */
export function sendWithKey(input: SenderInput): Promise<void> {
  return CancellationScope.nonCancellable(() => serve(input));
}

async function serve({ key, orders = [] }: SenderInput): Promise<void> {
  const sender = new Sender(key, orders);
  setHandler(defineSignal<[SendingOrder]>(orderSignal), (order) => sender.order(order), {
    description: 'Sends what a change orders. Given by changes, not by people.',
  });
  setHandler(defineSignal<[string]>(withdrawSignal), (id) => sender.withdraw(id), {
    description: 'Has nothing more of an order sent. Given by changes, not by people.',
  });
  setHandler(
    defineQuery<OrderStanding | null, [string]>(standingQuery),
    (id) => {
      const order = sender.find(id);
      return order && standingOf(order);
    },
    { description: 'Where the order of that id stands.' },
  );
  setCurrentDetails(`Sends with the key \`${key.address}\` on chain ${key.chainId}.`);
  for (;;) {
    await condition(() => sender.idle || isLong());
    if (isLong()) return continueAsNew<typeof sendWithKey>({ key, orders: await sender.close() });
    if (!(await condition(() => !sender.idle, idleTime))) return;
  }
}

function isLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > longestHistory;
}
