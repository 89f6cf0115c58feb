import type { Target } from '../model/descriptions.js';
import { phala } from './activities.js';
import { StepFailure } from './stepFailure.js';
import type { Followed, FollowStep } from './steps.js';

/** Follows a CVM that the change has made until it runs. @throws StepFailure where the API did not say which it is */
export async function followCreation<T extends Target>({ applied, composeHash }: FollowStep<T>): Promise<Followed> {
  const { created, correlationId } = applied;
  if (created === null) throw StepFailure.of('PhalaAnswerUnreadable', 'The API did not say which CVM it made.');
  const summary = `follow ${created.name}`;
  const { cvmId } = created;
  const followed = await phala.followCreation.executeWithOptions({ summary }, [{ cvmId, composeHash }]);
  return { correlationId, ...followed };
}
