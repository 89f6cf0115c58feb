import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { TransactionHash } from '../model/hex.js';
import type { SendingKey, SendingWork } from '../model/sending.js';
import { chain } from './activities.js';
import type { Change } from './change.js';
import { stepFailureOf } from './stepFailure.js';

interface Commission {
  readonly key: SendingKey;
  readonly work: SendingWork;
  /** What it is for, as the Web UI shows it: "for 0x… with the owner key". */
  readonly summary: string;
}

/**
 * Has the sender of a key send something, and writes into the record what becomes of it. A change that is withdrawn has
 * nothing more of it sent: it goes on only when that holds.
 *
 * @returns the newest transaction that was mined; null where nothing had to be sent
 * @throws ActivityFailure with what an operator has to put right first: asked again, it is another order
 */
export async function carryOut(change: Change, { key, work, summary }: Commission): Promise<TransactionHash | null> {
  const { workflowId, runId } = workflowInfo();
  const order = { id: `${workflowId}/${runId}/${++change.orders}`, work };
  try {
    for (let known = 0; ; ) {
      const { lines, end, transactionHash } = await chain.followOrder.executeWithOptions(
        { summary: `${known === 0 ? 'send' : 'see to the end what was sent'} ${summary}` },
        [{ key, order, known }],
      );
      for (const line of lines) change.record(line);
      change.publish();
      if (end !== null) return transactionHash;
      known += lines.length;
    }
  } catch (error) {
    // What failed for good has ended. All else is called off: it ends by a timeout where its worker has died meanwhile, and
    // by the failure of an attempt that had just ended.
    if (stepFailureOf(error)?.passes === false) throw error;
    await CancellationScope.nonCancellable(() =>
      chain.withdrawOrder.executeWithOptions({ summary: `have nothing more sent ${summary}` }, [{ key, id: order.id }]),
    );
    throw error;
  }
}
