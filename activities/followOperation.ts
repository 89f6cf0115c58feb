import { Failure } from '../model/failure.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { getCvm } from '../phala/getCvm.js';
import { listOperations, type Operation } from '../phala/listOperations.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity, type Execution } from './activity.js';
import { operationOf, operationsSince } from './operations.js';
import { pollDelay } from './pollDelay.js';
import { withEffect } from './withEffect.js';

type FollowInput = Parameters<PhalaActivities['followOperation']>[0];

/** The API may add words; what is none of these counts as being under way. */
const failed = /fail|error|cancel|abort|timed?.?out/i;
const completed = /^(completed?|succe\w*|done|finished)$/i;

/** Reads only: safe to repeat. Each attempt is one look; the server keeps the time between them. */
export const createFollowOperation = ({ phala }: { readonly phala: PhalaApi }): PhalaActivities['followOperation'] =>
  activity((input, execution) => withEffect('taken', () => look(phala, input, execution)));

async function look(phala: PhalaApi, input: FollowInput, { attempt, signal }: Execution) {
  const { cvmId, composeHash } = input;
  const [operations, cvm] = await Promise.all([
    listOperations(phala, cvmId, { limit: 50, signal }),
    getCvm(phala, cvmId, signal),
  ]);
  const operation = followed(operations, input);
  if (operation && failed.test(operation.status)) {
    const reason = operation.error_message ?? `its status is ${operation.status}`;
    throw new Failure('OperationFailed', `The operation failed: ${reason}`);
  }
  const isThrough = operation ? completed.test(operation.status) : cvm.compose_hash === composeHash;
  if (!isThrough || cvm.in_progress) {
    throw new Failure('OperationPending', `The update is being applied; the CVM is ${cvm.status}.`, {
      retryAfter: pollDelay(attempt, { first: 500, factor: 1.4, longest: 15_000 }),
    });
  }
  const runs = cvm.compose_hash ?? operation?.compose_hash ?? null;
  if (composeHash !== null && runs !== composeHash) {
    throw new Failure('CvmRunsAnotherHash', `The CVM runs ${runs}, not ${composeHash}.`);
  }
  return { correlationId: operation?.correlation_id ?? input.correlationId, composeHash: runs };
}

const followed = (
  operations: readonly Operation[],
  { correlationId, composeHash, since }: FollowInput,
): Operation | null => {
  if (correlationId !== null) return operations.find(({ correlation_id }) => correlation_id === correlationId) ?? null;
  const newer = operationsSince(operations, since);
  return composeHash === null ? (newer[0] ?? null) : operationOf(newer, composeHash);
};
