import { Failure } from '../model/failure.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { getCvm } from '../phala/getCvm.js';
import { listOperations } from '../phala/listOperations.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity, type Execution } from './activity.js';
import { pollDelay } from './pollDelay.js';
import { withEffect } from './withEffect.js';

/** The API may add words; one of these says that it will not run by itself. */
const broken = /error|fail/i;

type FollowInput = Parameters<PhalaActivities['followCreation']>[0];

/** Reads only: safe to repeat. Each attempt is one look; the server keeps the time between them. */
export const createFollowCreation = ({ phala }: { readonly phala: PhalaApi }): PhalaActivities['followCreation'] =>
  activity((input, execution) => withEffect('taken', () => look(phala, input, execution)));

async function look(phala: PhalaApi, { cvmId, composeHash }: FollowInput, { attempt, signal }: Execution) {
  const cvm = await getCvm(phala, cvmId, signal);
  if (broken.test(cvm.status)) {
    const operations = await listOperations(phala, cvmId, { limit: 1, signal });
    const reason = operations[0]?.error_message ?? 'no reason was given';
    throw new Failure('CvmDidNotStart', `${cvm.name} was made, and its status is ${cvm.status}: ${reason}`);
  }
  if (cvm.status !== 'running' || cvm.in_progress) {
    throw new Failure('OperationPending', `${cvm.name} is being started; it is ${cvm.status}.`, {
      retryAfter: pollDelay(attempt, { first: 500, factor: 1.4, longest: 15_000 }),
    });
  }
  const runs = cvm.compose_hash ?? null;
  if (composeHash !== null && runs !== composeHash) {
    throw new Failure('CvmRunsAnotherHash', `${cvm.name} runs ${runs}, not ${composeHash}.`);
  }
  return { composeHash: runs };
}
