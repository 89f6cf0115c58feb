import { ChangeNotFoundError } from '../../client/errors.js';
import type { Change, ChangeStatus, ChangeSummary, Countersign } from '../../client/index.js';
import { queueEntry } from '../../model/safeQueue.js';
import { safeToSign } from '../../model/signing.js';
import { type Answer, ignored } from '../answer.js';
import type { Executed, QueueEvent } from './event.js';

/** So many changes are looked at for one transaction. The others find it by themselves. */
const mostChanges = 200;
const atATime = 10;
/** Transactions that a change has looked at in vain, after which only the one that it waits for is told. */
const mostInVain = 20;

/**
 * Tells the changes that wait for this Safe of a transaction that it has executed. A hint: each checks it on chain, and
 * would find it by itself, too. A Safe that is busy with other things does not fill their histories.
 *
 * @throws CountersignError where Temporal or the workers cannot be reached
 */
export const tellWaiting = (countersign: Countersign, executed: Executed): Promise<Answer> =>
  tellEach(countersign, executed.chainId, {
    concerns: (status) => isWorthALook(status, executed),
    tell: (change) => change.hint(executed.txHash),
  });

/**
 * Tells the changes whose transaction it is that something happened to it in the queue. A hint: each looks there itself.
 *
 * @throws CountersignError where Temporal or the workers cannot be reached
 */
export const tellOfQueue = (countersign: Countersign, event: QueueEvent): Promise<Answer> =>
  tellEach(countersign, event.chainId, {
    concerns: (status) => isNews(status, event),
    tell: (change) => change.lookAtQueue(),
  });

interface Telling {
  readonly concerns: (status: ChangeStatus) => boolean;
  readonly tell: (change: Change) => Promise<void>;
}

async function tellEach(countersign: Countersign, chainId: number, { concerns, tell }: Telling): Promise<Answer> {
  const waiting: ChangeSummary[] = [];
  for await (const change of countersign.list({ phase: 'awaitingRegistration', running: true, chainId })) {
    if (change.registrar !== 'ownerKey' && waiting.push(change) === mostChanges) break;
  }
  let told = 0;
  const next = async (): Promise<void> => {
    for (let summary = waiting.shift(); summary; summary = waiting.shift()) {
      const change = countersign.change(summary.change, summary.runId);
      try {
        if (!concerns(await change.status())) continue;
        await tell(change);
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

/** Whether the queue stands otherwise than the change knows, as far as its own transaction goes. */
function isNews({ proposal }: ChangeStatus, { type, safeTxHash, owner }: QueueEvent): boolean {
  const safe = proposal && safeToSign(proposal);
  if (safe?.transactionHash !== safeTxHash) return false;
  const isThere = queueEntry(safe)?.since != null;
  if (type === 'NEW_CONFIRMATION') return !safe.signatures.some((one) => one.owner === owner);
  return type === 'DELETED_MULTISIG_TRANSACTION' ? isThere : !isThere;
}

/** Whether the change waits for the Safe: as the owner of the contract, or as who moves the timelock that owns it. */
function isWorthALook({ proposal, events }: ChangeStatus, { address, safeTxHash }: Executed): boolean {
  if (proposal === null) return false;
  const { owner, safe, timelock } = proposal;
  const steps = timelock ? [timelock.schedule, timelock.execution] : [];
  const asked = [safe, ...steps.map((step) => step.safe)];
  if (safeTxHash && asked.some((one) => one?.transactionHash === safeTxHash)) return true;
  const waits = owner === address || steps.some((step) => step.safe?.address === address || step.by.includes(address));
  return waits && events.filter(({ what }) => what.startsWith('Not accepted')).length < mostInVain;
}
