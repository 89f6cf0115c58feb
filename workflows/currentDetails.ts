import { describeHashCheck } from '../model/hashCheck.js';
import { calledContract, describeCall, describeTransfer } from '../model/registration.js';
import { describeSigned } from '../model/safe.js';
import type { ChangeStatus } from '../model/status.js';
import { queueLines } from './queueLines.js';
import { timelockDetails } from './timelockDetails.js';

/** Lines of the record that the page shows. */
const shownEvents = 8;

/** What the Web UI shows on the page of a change, as markdown: where it stands, what is awaited, what to do. */
export function currentDetails(status: ChangeStatus): string {
  return [headline(status), facts(status), proposalLines(status), record(status)].flat().join('\n');
}

function headline({ phase, awaiting, blocked, paused }: ChangeStatus): string[] {
  const lines = [`**${phase}**${paused ? ' (paused before the commit)' : ''}`];
  if (blocked) lines.push('', `**Blocked** while ${blocked.phase}: ${blocked.message}`, '', `To do: ${blocked.remedy}`);
  else if (awaiting) lines.push('', `Awaited: ${awaiting}`);
  return [...lines, ''];
}

function facts(status: ChangeStatus): string[] {
  const rows: [string, string | null][] = [
    ['CVM', nameAndId(status)],
    ['app', code(status.appId)],
    ['made', status.created && `${status.created.name} (\`${status.created.cvmId}\`)`],
    ['requested by', status.requestedBy],
    ['reason', status.reason],
    ['runs', code(status.baseComposeHash)],
    ['compose hash', code(status.composeHash)],
    ['hash check', hashCheck(status)],
    ['changes', status.changes.length > 0 ? status.changes.join('; ') : null],
    ['registered by', code(status.registration?.transactionHash ?? null)],
    ['operation', code(status.correlationId)],
    ['deadline', status.deadline],
    ['commit token until', status.tokenExpiresAt && `about ${status.tokenExpiresAt}`],
  ];
  return [
    '| | |',
    '|---|---|',
    ...rows.flatMap(([name, value]) => (value ? [`| ${name} | ${cell(value)} |`] : [])),
    '',
  ];
}

const nameAndId = ({ cvmName, cvmId }: ChangeStatus): string | null =>
  cvmName && cvmId ? `${cvmName} (\`${cvmId}\`)` : (cvmName ?? code(cvmId));

const hashCheck = ({ hashCheck: check, recomputedHash }: ChangeStatus): string | null =>
  check && describeHashCheck({ hashCheck: check, recomputedHash }).replace(/^MISMATCHED/, '**mismatched**');

function proposalLines({ proposal, phase, deadline }: ChangeStatus): string[] {
  if (proposal === null || proposal.calls.length === 0) return [];
  const { owner, pendingOwner, safe, timelock, calls, expectation } = proposal;
  const lines = [
    `### To register on chain ${calledContract(expectation).chainId}`,
    ...calls.map((call) => `- \`${describeCall(call)}\` on \`${call.to}\``),
    `- owner: ${describeOwner(proposal)} \`${owner}\``,
  ];
  if (pendingOwner) lines.push(`- **${describeTransfer(pendingOwner)}**`);
  if (safe?.transactionHash) {
    lines.push(`- Safe transaction hash with nonce ${safe.nonce}: \`${safe.transactionHash}\``);
    lines.push(`- ${describeSigned(safe)}`, ...queueLines(safe));
  }
  if (safe?.queueUrl) lines.push(`- [queue in the Safe app](${safe.queueUrl})`);
  if (timelock) lines.push(...timelockDetails(timelock, deadline, Date.now()));
  else if (phase === 'awaitingRegistration') lines.push(`- calldata: \`${calls.map(({ data }) => data).join(', ')}\``);
  return [...lines, ''];
}

function describeOwner({ safe, timelock }: NonNullable<ChangeStatus['proposal']>): string {
  if (safe) return `Safe ${safe.version}, ${safe.threshold} of ${safe.owners.length}`;
  return timelock ? 'timelock' : 'account';
}

const record = ({ events }: ChangeStatus): string[] => [
  '### Record',
  ...events
    .slice(-shownEvents)
    .map(({ at, what, by, reason }) => `- ${at} ${what}${by ? ` (${by})` : ''}${reason ? `: ${cell(reason)}` : ''}`),
];

const code = (text: string | null): string | null => text && `\`${text}\``;

/** Keeps text of people inside its cell. */
const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
