import { condition, defineQuery, defineSignal, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CvmId } from '../../model/cvmId.js';
import type { CvmUpdate } from '../../model/cvmUpdate.js';
import { taskQueues } from '../../model/taskQueues.js';
import type { BareActivities } from './activities.js';

export interface BareUpdate {
  readonly cvmId: CvmId;
  readonly update: CvmUpdate;
  /** Whether it looks at the chain only once somebody has told that the registration is there. */
  readonly untilTold: boolean;
}

const queues = taskQueues(workflowInfo().taskQueue);
const common = { startToCloseTimeout: '2 minutes', retry: { initialInterval: '1 second' } } as const;
const phala = proxyActivities<BareActivities['phala']>({ ...common, taskQueue: queues.phala });
const chain = proxyActivities<BareActivities['chain']>({ ...common, taskQueue: queues.chain });

const registered = defineSignal('registered');
const isWaiting = defineQuery<boolean>('isWaiting');

/** One update as somebody would write it who thinks of nothing that may go wrong. */
export async function bareUpdate({ cvmId, update, untilTold }: BareUpdate): Promise<string | null> {
  let told = !untilTold;
  let waiting = false;
  setHandler(registered, () => {
    told = true;
  });
  setHandler(isWaiting, () => waiting);

  const { contract } = await phala.describe({ cvmId });
  const { composeHash, token } = await phala.prepare({ cvmId, update });
  const expectation = { kind: 'admission', contract, composeHash, deviceId: null } as const;
  const { fromBlock } = await chain.open({ expectation });
  waiting = true;
  await condition(() => told);
  const { proof } = await chain.find({ expectation, fromBlock });
  const transactionHash = proof ?? 'already-registered';
  const { correlationId } = await phala.commit({ cvmId, composeHash, token, transactionHash });
  const runs = await phala.follow({ cvmId, correlationId });
  return runs.composeHash;
}
