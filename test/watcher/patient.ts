import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Change } from '../../client/change.js';
import type { Activities } from '../../worker/createActivities.js';

/**
 * Changes that look once when they begin to wait, and then not for an hour: whatever they see before, somebody has woken
 * them.
 */
export const patient = (activities: Activities): Activities => ({
  ...activities,
  chain: {
    ...activities.chain,
    findRegistration: hourly(activities.chain.findRegistration),
    followSafe: hourly(activities.chain.followSafe),
    followTimelock: hourly(activities.chain.followTimelock),
  },
});

const looks = new Map<string, number>();

/** How often a change has looked by itself: once, and then each time that it was woken to look. */
export const looksOf = ({ id }: Pick<Change, 'id'>): number => looks.get(id) ?? 0;

const hourly =
  <Input, Output>(look: (input: Input) => Promise<Output>) =>
  async (input: Input): Promise<Output> => {
    const { workflowId } = Context.current().info.workflowExecution ?? {};
    if (workflowId) looks.set(workflowId, looksOf({ id: workflowId }) + 1);
    try {
      return await look(input);
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.type !== 'RegistrationPending') throw error;
      const { message, type } = error;
      throw ApplicationFailure.create({ message, type, category: 'BENIGN', nextRetryDelay: '1 hour' });
    }
  };
