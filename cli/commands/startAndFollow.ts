import type { Change } from '../../client/change.js';
import type { ChangeKind } from '../../model/kinds.js';
import { exitCodes } from '../exitCodes.js';
import { type Command, run } from '../run.js';
import { follow } from './follow.js';
import type { SharedOptions } from './sharedOptions.js';

/** Starts a change and prints its name, or follows it to its end where that is wanted. */
export const startAndFollow = (
  kind: ChangeKind,
  options: SharedOptions,
  start: (command: Command) => Promise<Change>,
): Promise<void> =>
  run(options, async (command) => {
    const { output, url } = command;
    const change = await start(command);
    if (options.wait) {
      output.progress(`${change.id} has started.`);
      return follow(change, command);
    }
    const { id, runId = '' } = change;
    const page = url({ change: id, runId });
    output.result({ change: id, runId, kind, phase: 'preparing', ...(page && { url: page }) }, () =>
      [`${id} has started.`, `  countersign watch ${id}`, ...(page ? [`  ${page}`] : [])].join('\n'),
    );
    return exitCodes.done;
  });
