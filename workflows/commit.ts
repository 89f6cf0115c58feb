import type { Target } from '../model/descriptions.js';
import type { Applied } from '../model/phalaActivities.js';
import type { Change } from './change.js';
import { settled } from './settled.js';
import { StepFailure } from './stepFailure.js';
import type { CommitStep, Steps } from './steps.js';

/** What it set going, or which part of the course has to be gone through again. */
type Committed = Applied | 'prepareAgain' | 'verifyAgain';

/**
 * Commits what was registered and verified.
 *
 * @throws Withdrawal where nothing took effect; StepFailure
 */
export function commitRegistered<T extends Target>(
  change: Change,
  steps: Steps<T>,
  step: CommitStep<T>,
): Promise<Committed> {
  const { preparation, ...circumstances } = step;
  return settled<Committed>(
    change,
    () => commit(change, steps, step),
    () => steps.look({ ...circumstances, composeHash: preparation.composeHash }),
  );
}

async function commit<T extends Target>(change: Change, steps: Steps<T>, step: CommitStep<T>): Promise<Committed> {
  let { mayHaveBeenSent } = step;
  for (;;) {
    try {
      return await change.run(() => steps.commit({ ...step, mayHaveBeenSent }));
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      mayHaveBeenSent = true;
      const decision = error.decide({ registered: true });
      if (decision === 'fail') throw error;
      if (decision === 'prepareAgain') {
        change.record(`What was prepared is void: ${error.message}`);
        return decision;
      }
      if (decision === 'verifyAgain') {
        change.record(`The API does not see the registration: ${error.message}`);
        return decision;
      }
      // The next pass sees it, too, and decides by policy.
      if (error.type === 'BaseChanged') return 'prepareAgain';
      await change.block(error);
    }
  }
}
