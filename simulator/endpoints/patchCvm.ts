import { hashInvalidOrExpired, invalidComposeFile } from '../answers/errors.js';
import { hasServices } from '../rules/dockerCompose.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import { type UpdateCvmRequest, updateCvmRequestSchema } from '../rules/updateCvmRequest.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Answer, Call, Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Operation } from '../state/operation.js';
import { commitPreparation } from '../updates/commitPreparation.js';
import { plannedChange } from '../updates/plannedChange.js';
import { prepareUpdate } from '../updates/prepareUpdate.js';
import { assertIdle, startOperation } from '../updates/startOperation.js';

/**
 * PATCH /cvms/{cvm_id} [seed 004, OpenAPI update_cvm_endpoint]. With X-Compose-Hash it is phase 2 of the header route.
 * Else: no change; or 465 where the CVM's KMS is on chain and the hash would change; or applied at once. X-Prepare-Only
 * makes no difference to a CVM without on-chain KMS: its update is APPLIED [facts §2(a), the documented trap].
 */
export const patchCvm: Endpoint = {
  name: 'patchCvm',
  method: 'PATCH',
  path: '/cvms/:cvmId',
  authenticated: true,
  async handle(call, cloud) {
    const update = parseBody(call, updateCvmRequestSchema);
    const cvm = addressedCvm(call, cloud);
    const composeHash = call.headers['x-compose-hash'];
    return composeHash === undefined || composeHash === ''
      ? await planUpdate(call, cloud, cvm, update)
      : await commitByHeaders(call, cloud, cvm, composeHash);
  },
};

async function planUpdate(call: Call, cloud: Cloud, cvm: Cvm, update: UpdateCvmRequest): Promise<Answer> {
  assertServices(update);
  // Chosen: a prepare is turned away as well while an operation runs; OpenAPI has one 409 for all uses of this endpoint.
  assertIdle(cvm);
  const change = plannedChange(cvm.configuration, update, call.quirks(cvm).serverAddedFields ?? {});
  if (change.operationType === undefined) {
    // Body: the SDK's test "should accept no_change without correlation_id"; the status of it is unknown, 202 is chosen.
    return { status: 202, body: { status: 'no_change', message: 'Compose configuration unchanged' } };
  }
  if (cvm.onChain !== undefined && change.touchesHash) {
    const prepareOnly = call.headers['x-prepare-only']?.toLowerCase() === 'true';
    throw await prepareUpdate(call, cloud, cvm, update, change, prepareOnly);
  }
  const failWith = cloud.faults.take(call.faulty, 'operationFails')?.message;
  return accepted(
    startOperation(cloud, cvm, {
      change,
      type: change.operationType,
      via: 'direct',
      transactionHash: undefined,
      failWith,
    }),
  );
}

/** "The server kept the phase-1 body" [facts §2(c)]: the body of this request is not looked at. */
async function commitByHeaders(call: Call, cloud: Cloud, cvm: Cvm, composeHash: string): Promise<Answer> {
  const preparation = isHexOf(32, composeHash)
    ? cloud.preparations.byComposeHash(cvm.vmUuid, prefixed(composeHash), cloud.clock.now())
    : undefined;
  if (preparation === undefined) {
    throw hashInvalidOrExpired();
  }
  const transactionHash = call.headers['x-transaction-hash'] ?? '';
  return accepted(await commitPreparation(call, cloud, cvm, { preparation, via: 'headers', transactionHash }));
}

/** 202 as sibling endpoints give it; the SDK reads correlation_id only [facts §2(a)]. */
function accepted(operation: Operation): Answer {
  return {
    status: 202,
    body: { status: 'in_progress', message: 'CVM update initiated', correlation_id: operation.correlationId },
  };
}

/** 400 for what is no compose file. */
function assertServices(update: UpdateCvmRequest): void {
  if (typeof update.docker_compose_file === 'string' && !hasServices(update.docker_compose_file)) {
    throw invalidComposeFile();
  }
}
