import type { Change } from '../../client/change.js';
import { ChangeFailedError } from '../../client/errors.js';
import type { ChangeResult } from '../../model/status.js';
import { exitCodes } from '../exitCodes.js';
import { progressLine } from '../output.js';
import type { Command } from '../run.js';

/** Follows a change to its end, a line for each state, and prints how it ended. */
export async function follow(change: Change, { output, url }: Command): Promise<number> {
  let runId = change.runId;
  let shown = '';
  for await (const status of change.watch()) {
    runId = status.runId;
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
    const object = { change: change.id, runId, phase: 'failed', error: { type, message, effect, remedy } };
    output.result(object, () => `failed: ${type}: ${message}\n${remedy}`);
    return exitCodes.failed;
  }
}

function describeEnd(
  { phase, summary, composeHash, transactionHash, correlationId }: ChangeResult,
  page: string | null,
) {
  const lines = [
    `${phase}: ${summary}`,
    ...(composeHash ? [`  compose hash  ${composeHash}`] : []),
    ...(transactionHash ? [`  transaction   ${transactionHash}`] : []),
    ...(correlationId ? [`  operation     ${correlationId}`] : []),
    ...(page ? [`  ${page}`] : []),
  ];
  return lines.join('\n');
}
