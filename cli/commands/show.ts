import type { Command } from 'commander';
import type { PendingWork } from '../../client/pendingWork.js';
import { describeHashCheck } from '../../model/hashCheck.js';
import type { Proposal } from '../../model/registration.js';
import { describeExpectation } from '../../model/registration.js';
import { describeSigned } from '../../model/safe.js';
import { describeQueue } from '../../model/safeQueue.js';
import { safeToSign } from '../../model/signing.js';
import type { ChangeStatus } from '../../model/status.js';
import { describeSeconds, isReadyAfter } from '../../model/timelock.js';
import { exitCodes } from '../exitCodes.js';
import { columns, describeCreated, formatTime } from '../output.js';
import { run } from '../run.js';

interface ShowOptions {
  readonly run?: string;
  readonly json?: boolean;
}

/** `countersign show`: everything about one change. */
export function addShow(program: Command): void {
  program
    .command('show <change>')
    .description('show where a change stands, what it waits for, and its record')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ countersign show cvm-6f1c2d3e-0000-4000-8000-000000000000
  $ countersign show provision-my-app --json`,
    )
    .action((name: string, options: ShowOptions) =>
      run(options, async ({ countersign, output, url }) => {
        const change = countersign.change(name, options.run);
        const [status, pending] = [await change.status(), await change.pending()];
        const page = url(status);
        const text = await describe(status, pending, page);
        output.result({ ...status, pending, ...(page && { url: page }) }, () => text);
        return exitCodes.done;
      }),
    );
}

async function describe(status: ChangeStatus, pending: readonly PendingWork[], page: string | null): Promise<string> {
  const { proposal, registration, blocked, created, hashCheck } = status;
  const facts: [string, string | null][] = [
    ['change', status.change],
    ['run', status.runId],
    ['kind', status.kind],
    ...subject(status),
    ['new CVM', created && describeCreated(created)],
    ['phase', `${status.phase}${status.paused ? ' (paused before the commit)' : ''}`],
    ['blocked', blocked && `${blocked.failure}: ${blocked.message}`],
    ['to do', blocked?.remedy ?? null],
    ['awaited', blocked ? null : status.awaiting],
    ['requested by', status.requestedBy],
    ['reason', status.reason],
    ['started', formatTime(status.startedAt)],
    ['deadline', formatTime(status.deadline)],
    ['base', status.baseComposeHash],
    ['compose hash', status.composeHash],
    ['hash check', hashCheck && describeHashCheck({ hashCheck, recomputedHash: status.recomputedHash })],
    ['changes', status.changes.join('\n') || null],
    ['expected', proposal && describeExpectation(proposal.expectation)],
    ['registrar', proposal && `${proposal.registrar}, owner ${proposal.owner}`],
    ['new owner', proposal?.pendingOwner ? `${proposal.pendingOwner}, who has not accepted yet` : null],
    ...(proposal?.timelock ? timelockFacts(proposal.timelock, status.deadline) : []),
    ...(proposal ? safeFacts(proposal) : []),
    ['registered', registration && `${registration.transactionHash ?? 'yes'} in block ${registration.blockNumber}`],
    ['commit token', status.tokenExpiresAt && `until about ${formatTime(status.tokenExpiresAt)}`],
    ['operation', status.correlationId],
    ['page', page],
  ];
  const rows = facts.flatMap(([name, value]) => (value ? [[name, value]] : []));
  const record = status.events.map(({ at, what, by, reason }) => [
    formatTime(at),
    `${what}${by ? ` (${by})` : ''}${reason ? `: ${reason}` : ''}`,
  ]);
  const trying = pending.map(({ activity, attempt, lastFailure, nextAttemptAt }) => [
    activity,
    `attempt ${attempt}`,
    lastFailure ? `${lastFailure.type}: ${lastFailure.message}` : '',
    nextAttemptAt ? `next at ${formatTime(nextAttemptAt)}` : '',
  ]);
  const parts = [await columns(rows)];
  if (trying.length > 0) parts.push(`Under way:\n${await columns(trying)}`);
  parts.push(`Record:\n${await columns(record)}`);
  return parts.join('\n\n');
}

/** What the owners of a Safe sign now, and who of them has. */
function safeFacts(proposal: Proposal): [string, string | null][] {
  const safe = safeToSign(proposal);
  if (!safe?.transactionHash) return [];
  return [
    ['Safe', `${safe.address}, nonce ${safe.nonce}`],
    ['to sign', safe.transactionHash],
    ['signed', describeSigned(safe)],
    ['queue', describeQueue(safe)],
  ];
}

function timelockFacts(timelock: NonNullable<Proposal['timelock']>, deadline: string): [string, string | null][] {
  const { operation, delaySeconds } = timelock;
  const { id, state, readyAt } = operation;
  const late = isReadyAfter(deadline, timelock, Date.now()) ? 'after the deadline of the change: extend it' : null;
  return [
    ['delay', `${delaySeconds} s (${describeSeconds(delaySeconds)})`],
    ['timelock', `operation ${id} is ${state}`],
    ['ready', [readyAt && formatTime(readyAt), late].filter(Boolean).join(', ')],
  ];
}

/** What is changed: of a replica the source, of a new CVM its name until it is there. */
function subject({ kind, cvmId, cvmName, appId, created }: ChangeStatus): [string, string | null][] {
  const cvm = cvmName && cvmId ? `${cvmName} (${cvmId})` : (cvmName ?? cvmId);
  const names = { update: 'CVM', adopt: 'CVM', replicate: 'source', provision: 'name', allowlist: 'CVM' } as const;
  return [
    [names[kind], kind === 'provision' && created ? null : cvm],
    ['app', appId],
  ];
}
