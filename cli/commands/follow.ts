import type { Change } from '../../client/change.js';
import { ChangeFailedError } from '../../client/errors.js';
import type { ChangeResult, ChangeStatus } from '../../model/status.js';
import { exitCodes } from '../exitCodes.js';
import { describeCreated, progressLine } from '../output.js';
import type { Command } from '../run.js';

/** Follows a change to its end, a line for each state, and prints how it ended. */
export async function follow(change: Change, { output, url }: Command): Promise<number> {
  let last: ChangeStatus | undefined;
  let shown = '';
  for await (const status of change.watch()) {
    if (status.created && !last?.created) output.progress(`New CVM: ${describeCreated(status.created)}`);
    last = status;
    const line = progressLine(status);
    if (line !== shown) output.progress(line);
    shown = line;
  }
  try {
    const result = await change.result();
    const page = url(result);
    output.result({ ...result, ...(page && { url: page }) }, () => describeEnd(result, page));
    return result.phase === 'completed' ? exitCodes.done : exitCodes.withdrawn;
  } catch (error) {
    if (!(error instanceof ChangeFailedError)) throw error;
    const { type, message, effect, remedy } = error;
    // A CVM that was made stays: whoever looks after it has to know of it.
    const { runId = change.runId, kind, cvmId = null, created = null } = last ?? {};
    const known = { change: change.id, runId, kind, phase: 'failed', cvmId, created };
    output.result({ ...known, error: { type, message, effect, remedy } }, () =>
      [`failed: ${type}: ${message}`, remedy, ...(created ? [`  new CVM       ${describeCreated(created)}`] : [])].join(
        '\n',
      ),
    );
    return exitCodes.failed;
  }
}

function describeEnd(
  { phase, summary, created, appId, composeHash, transactionHash, correlationId }: ChangeResult,
  page: string | null,
) {
  const lines = [
    `${phase}: ${summary}`,
    ...(created ? [`  new CVM       ${describeCreated(created)}`] : []),
    ...(appId ? [`  app           ${appId}`] : []),
    ...(composeHash ? [`  compose hash  ${composeHash}`] : []),
    ...(transactionHash ? [`  transaction   ${transactionHash}`] : []),
    ...(correlationId ? [`  operation     ${correlationId}`] : []),
    ...(page ? [`  ${page}`] : []),
  ];
  return lines.join('\n');
}
