import type { WorkflowInterceptorsFactory, WorkflowInternalsInterceptor } from '@temporalio/workflow';
import { atRest } from './atRest.js';

type Activate = NonNullable<WorkflowInternalsInterceptor['activate']>;
type Activation = Parameters<Activate>[0]['activation'];
type Job = NonNullable<Activation['jobs']>[number];

/**
 * Has a workflow take up what has happened one thing after the other, updates last, each when all before it has come to
 * rest.
 *
 * How much a worker gets at a time is no property of the history. One that lost the workflow, or was asked a question about
 * it, gets the last events before there is a task for them, and an update with the task; one that replays gets both in
 * one go, the update first. Left to the SDK, the first accepts the update after what the events led to and the other
 * one before it: the history of the first can never be replayed. Here both come to the same.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({ internals: [{ activate }] });

const activate: Activate = (input, next) => {
  const { activation } = input;
  const jobs = activation.jobs ?? [];
  const take = (some: Job[]): void => next({ ...input, activation: { ...activation, jobs: some } });
  const [first = [], ...more] = jobs.some(({ queryWorkflow }) => queryWorkflow) ? [jobs] : inTurn(jobs);
  take(first);
  if (more.length > 0) void takeUp(more, take);
};

/** Signals come with the first of the other jobs: thousands may come at once, and the workflow may end with that. */
function inTurn(jobs: readonly Job[]): Job[][] {
  const updates = jobs.filter(({ doUpdate }) => doUpdate);
  const others = jobs.filter(({ doUpdate, signalWorkflow }) => !doUpdate && !signalWorkflow);
  const [, ...later] = others;
  const together = jobs.filter((job) => !updates.includes(job) && !later.includes(job));
  return [together, ...[...later, ...updates].map((job) => [job])].filter((some) => some.length > 0);
}

async function takeUp(more: readonly Job[][], take: (jobs: Job[]) => void): Promise<void> {
  for (const jobs of more) {
    await atRest();
    take(jobs);
  }
}
