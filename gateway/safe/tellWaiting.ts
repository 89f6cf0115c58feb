import { ChangeNotFoundError } from '../../client/errors.js';
import type { ChangeStatus, ChangeSummary, Countersign } from '../../client/index.js';
import { type Answer, ignored } from '../answer.js';
import type { Executed } from './event.js';

/** So many changes are looked at for one transaction. The others find it by themselves. */
const mostChanges = 200;
const atATime = 10;

/**
 * Tells the changes that wait for this Safe of a transaction that it has executed. A hint: each checks it on chain, and
 * would find it by itself, too.
 *
 * @throws CountersignError where Temporal or the workers cannot be reached
 */
export async function tellWaiting(
  countersign: Countersign,
  { address: safe, chainId, txHash }: Executed,
): Promise<Answer> {
  const waiting: ChangeSummary[] = [];
  for await (const change of countersign.list({ phase: 'awaitingRegistration', running: true, chainId })) {
    if (change.registrar !== 'ownerKey' && waiting.push(change) === mostChanges) break;
  }
  let told = 0;
  const next = async (): Promise<void> => {
    for (let summary = waiting.shift(); summary; summary = waiting.shift()) {
      const change = countersign.change(summary.change, summary.runId);
      try {
        if (!waitsFor(await change.status(), safe)) continue;
        await change.hint(txHash);
        told++;
      } catch (error) {
        // It has ended meanwhile.
        if (!(error instanceof ChangeNotFoundError)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, next));
  if (told === 0) return ignored('No change waits for this Safe.');
  return { status: 202, body: { outcome: 'hinted', reason: `${told} ${told === 1 ? 'change' : 'changes'} told.` } };
}

/** As the owner of the contract, or as who schedules or executes with the timelock that owns it. */
function waitsFor({ proposal }: ChangeStatus, safe: Executed['address']): boolean {
  if (proposal === null) return false;
  const { owner, timelock } = proposal;
  const steps = timelock ? [timelock.schedule, timelock.execution] : [];
  return owner === safe || steps.some(({ safe: proposer, by }) => proposer?.address === safe || by.includes(safe));
}
