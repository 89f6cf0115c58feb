import type { Target } from '../model/descriptions.js';
import type { Applied } from '../model/phalaActivities.js';
import type { Change } from './change.js';
import { StepFailure } from './stepFailure.js';
import type { CommitStep, Steps } from './steps.js';

/**
 * Commits what was registered and verified. From here on the change is not withdrawn: the commit takes effect, or shows
 * that it did not.
 *
 * @returns what it set going, or which part of the course has to be gone through again
 * @throws Withdrawal while it is blocked and nothing took effect; StepFailure
 */
export async function commitRegistered<T extends Target>(
  change: Change,
  steps: Steps<T>,
  step: CommitStep<T>,
): Promise<Applied | 'prepareAgain' | 'verifyAgain'> {
  let { mayHaveBeenSent } = step;
  change.enter('committing');
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
