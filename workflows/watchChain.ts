import {
  ActivityCancellationType,
  continueAsNew,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChainActivities } from '../model/chainActivities.js';
import { statusQuery } from '../model/messages.js';
import { taskQueues } from '../model/taskQueues.js';
import type { WatchChainInput, WatchCursor, WatchStatus } from '../model/watch.js';

/** Events after which the watcher goes on in a new run: some hours. */
const longestHistory = 300;

const { scanChain } = proxyActivities<Pick<ChainActivities, 'scanChain'>>({
  taskQueue: taskQueues(workflowInfo().taskQueue).chain,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  // A dead worker is noticed by its silence; a slice of work takes ten minutes, and longer where much is to be read.
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

/**
 * Watches one chain for all changes of its deployment, and wakes each when what it waits for is final. It holds its place
 * and nothing else: who waits for what stands with the changes themselves. It never ends by itself.
 */
export async function watchChain({ chainId, cursor: given }: WatchChainInput): Promise<void> {
  const { taskQueue } = workflowInfo();
  let cursor = given;
  setHandler(defineQuery<WatchStatus>(statusQuery), () => statusOf(chainId, cursor), {
    description: 'The place of the watcher, and whom it woke last: as of the last ten minutes at the most.',
  });
  do {
    setCurrentDetails(detailsOf(statusOf(chainId, cursor)));
    const summary = `scan chain ${chainId} from block ${cursor ? cursor.next : 'the newest'} on`;
    cursor = await scanChain.executeWithOptions({ summary }, [{ chainId, cursor, taskQueue }]);
  } while (workflowInfo().historyLength < longestHistory && !workflowInfo().continueAsNewSuggested);
  await continueAsNew<typeof watchChain>({ chainId, cursor });
}

const statusOf = (chainId: number, cursor: WatchCursor | null): WatchStatus => ({
  chainId,
  block: cursor && cursor.next - 1,
  waiting: cursor?.deliveries.length ?? 0,
  woken: cursor?.woken ?? 0,
  lastWake: cursor?.lastWake ?? null,
  trouble: cursor?.trouble ?? null,
});

/** What the Web UI shows, as markdown. */
function detailsOf({ chainId, block, waiting, woken, lastWake, trouble }: WatchStatus): string {
  const wake = lastWake && `\`${lastWake.change}\` at ${lastWake.at}, by \`${lastWake.transactionHash}\``;
  return [
    `**Watches chain ${chainId}** for all changes that wait for a registration.`,
    ...(trouble ? ['', `**Waits**: ${trouble}`] : []),
    '',
    '| | |',
    '|---|---|',
    `| scanned up to block | ${block ?? '–'} |`,
    `| seen, and not final enough yet | ${waiting} |`,
    `| woken | ${woken} |`,
    `| last | ${wake ?? '–'} |`,
    '',
    'Its present place stands in the heartbeat of the pending activity.',
  ].join('\n');
}
