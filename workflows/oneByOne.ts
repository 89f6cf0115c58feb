import type { WorkflowInternalsInterceptor } from '@temporalio/workflow';
import { atRest } from './atRest.js';

type Activate = NonNullable<WorkflowInternalsInterceptor['activate']>;
type Activation = Parameters<Activate>[0]['activation'];
type Job = NonNullable<Activation['jobs']>[number];

/**
 * Has a workflow take up what has happened one thing after the other, updates last, each when all before it has come to
 * rest.
 *
 * A worker that has lost a workflow gets what earlier tasks were about together with an update, where those tasks led to no
 * command; one that has it in memory gets the update afterwards. Here both come to the same. And whoever sends an update
 * finds the change as the rest of that task leaves it, as if the update had come a moment later.
 */
export const oneByOne: WorkflowInternalsInterceptor = {
  activate(input, next) {
    const { activation } = input;
    const jobs = activation.jobs ?? [];
    // Nearly always; and questions come by themselves.
    if (jobs.length < 2 || jobs.some(({ queryWorkflow }) => queryWorkflow)) return next(input);
    const take = (some: Job[]): void => next({ ...input, activation: { ...activation, jobs: some } });
    const [first = [], ...more] = inTurn(jobs);
    take(first);
    void takeUp(more, take);
  },
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
    // Twice: a signal waits once itself before it takes effect.
    await atRest();
    await atRest();
    take(jobs);
  }
}
