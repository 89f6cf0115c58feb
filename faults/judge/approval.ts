import { engineSigns } from './effect.js';
import type { Evidence, Violation } from './evidence.js';
import { additions, deviceEntry, hashEntry, mayHaveBeenAdded, mayHaveStood } from './standing.js';

const approvalNeeded = ({ schedule: { governance, kind } }: Evidence): boolean =>
  governance !== 'none' && kind !== 'allowlist';

/** Nothing takes effect of which the chain does not say, at that moment, that it is allowed. */
export function registeredWhenCommitted(evidence: Evidence): Violation[] {
  if (!approvalNeeded(evidence)) return [];
  const { chain, commits, creations, device } = evidence;
  const commited = commits.filter(({ theirs, via }) => !theirs && via !== 'direct');
  return [...commited, ...creations].flatMap(({ composeHash, at }) => {
    const needed = [hashEntry(composeHash), ...(device === null ? [] : [deviceEntry(device)])];
    return needed
      .filter((entry) => !mayHaveStood(chain, entry, at))
      .map(({ value }) => ({
        rule: 'approval',
        expected: `${value} to stand on chain when ${composeHash} took effect`,
        seen: 'it did not',
      }));
  });
}

/** Nor does the engine ask for a commit of what was never registered: it verifies first. */
export function registeredWhenAsked(evidence: Evidence): Violation[] {
  if (!approvalNeeded(evidence)) return [];
  const { chain, commitRequests, preparations, device } = evidence;
  const early = commitRequests.filter((at) => {
    const planned = preparations.filter((preparation) => preparation.at <= at);
    const allowed = planned.some(({ composeHash }) => mayHaveBeenAdded(chain, hashEntry(composeHash), at));
    return !allowed || (device !== null && !mayHaveBeenAdded(chain, deviceEntry(device), at));
  });
  if (early.length === 0) return [];
  return [
    {
      rule: 'verification',
      expected: 'the engine to ask for a commit only of what it saw registered',
      seen: `${early.length} of ${commitRequests.length} requests came before any registration`,
    },
  ];
}

/** The owner key registers a hash by one transaction, unless a reorganisation or a revocation took it away. */
export function registeredOnce(evidence: Evidence): Violation[] {
  const { chain, schedule } = evidence;
  if (!engineSigns(evidence) || schedule.kind === 'allowlist') return [];
  const hashes = new Set(evidence.preparations.map(({ composeHash }) => composeHash));
  return [...hashes].flatMap((hash) => {
    const events = additions(chain, hashEntry(hash));
    const transactions = new Set(events.map(({ transactionHash }) => transactionHash));
    const undone = new Set(
      events.filter(({ droppedAt }) => droppedAt !== null).map(({ transactionHash }) => transactionHash),
    );
    const removals = chain.filter(({ name, value }) => name === 'ComposeHashRemoved' && value === hash.toLowerCase());
    if (transactions.size <= 1 + undone.size + removals.length) return [];
    return [
      {
        rule: 'registration',
        expected: `${hash} to be registered by one transaction`,
        seen: `${[...transactions].join(', ')}; ${undone.size} dropped, ${removals.length} revocations`,
      },
    ];
  });
}
