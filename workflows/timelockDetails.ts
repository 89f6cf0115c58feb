import { describeSigned } from '../model/safe.js';
import { queueLines } from './queueLines.js';
import { describeSeconds, describeWho, isReadyAfter, nextStep, type TimelockProposal } from '../model/timelock.js';

/**
 * What the Web UI shows of a timelock, as lines of a markdown list: the operation, and the call that is to be made now.
 *
 * @param deadline of the change, ISO 8601
 * @param now milliseconds since the epoch
 */
export function timelockDetails(timelock: TimelockProposal, deadline: string, now: number): string[] {
  const { operation, delaySeconds } = timelock;
  const { id, state, readyAt } = operation;
  const lines = [
    `- delay: ${delaySeconds} s (${describeSeconds(delaySeconds)})`,
    `- operation \`${id}\`: **${state}**${readyAt ? `, ready ${state === 'ready' ? 'since' : 'at'} ${readyAt}` : ''}`,
  ];
  const step = nextStep(timelock);
  if (step === null) return lines;
  if (isReadyAfter(deadline, timelock, now)) lines.push('- **ready only after the deadline of the change: extend it**');
  const { call, safe } = step;
  const role = step === timelock.schedule ? 'proposers' : 'executors';
  lines.push(
    `- ${state === 'scheduled' ? 'then' : 'now'}: \`${call.method}\` on \`${call.to}\`, by ${describeWho(step, role)}`,
  );
  if (safe?.transactionHash) {
    lines.push(`- Safe transaction hash with nonce ${safe.nonce}: \`${safe.transactionHash}\``);
    lines.push(`- ${describeSigned(safe)}`, ...queueLines(safe));
  }
  if (safe?.queueUrl) lines.push(`- [queue in the Safe app](${safe.queueUrl})`);
  return [...lines, `- calldata: \`${call.data}\``];
}
