import { asyncLocalStorage, Context } from '@temporalio/activity';
import type { Activities } from '../../worker/createActivities.js';

/**
 * Plants the worst defect: each attempt of a call that takes effect believes that it is the first, so that nothing is
 * looked up before it is sent again.
 */
export const commitsWithoutLooking = (activities: Activities): Activities => {
  const { requestUpdate, commitUpdate, requestReplica, commitReplica, commitProvision } = activities.phala;
  return {
    ...activities,
    phala: {
      ...activities.phala,
      requestUpdate: forgetful(requestUpdate),
      commitUpdate: forgetful(commitUpdate),
      requestReplica: forgetful(requestReplica),
      commitReplica: forgetful(commitReplica),
      commitProvision: forgetful(commitProvision),
    },
  };
};

type Activity<Input, Output> = (input: Input) => Promise<Output>;

const forgetful =
  <Input extends { readonly mayHaveBeenSent: boolean }, Output>(
    run: Activity<Input, Output>,
  ): Activity<Input, Output> =>
  (input) => {
    const context = Context.current();
    // Everything else of the context stays what it is.
    const first: Context = Object.create(context, { info: { value: { ...context.info, attempt: 1 } } });
    return asyncLocalStorage.run(first, () => run({ ...input, mayHaveBeenSent: false }));
  };
