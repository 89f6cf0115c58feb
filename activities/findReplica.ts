import { Failure } from '../model/failure.js';
import type { ComposeHash } from '../model/hex.js';
import type { Applied, ReplicaMark } from '../model/phalaActivities.js';
import { listAppCvms } from '../phala/listAppCvms.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { foundCvm } from './createdCvm.js';

/** One with such a status will not get a node any more. */
const broken = /error|fail|delet/i;

/**
 * Looks for the replica that an earlier attempt may have made: a CVM of the app that was not there before the change
 * began, on the node and with the configuration that were asked for.
 *
 * @throws Failure OperationPending while it cannot be told
 */
export async function findReplica(
  phala: PhalaApi,
  { appId, siblings, nodeName }: ReplicaMark,
  composeHash: ComposeHash | null,
  signal: AbortSignal,
): Promise<Applied | null> {
  if (appId === null) return null;
  const { cvms, unplaced } = await listAppCvms(phala, appId, signal);
  const replica = cvms.find(
    ({ vm_uuid, compose_hash, node_info }) =>
      !siblings.includes(vm_uuid) &&
      // What the API does not tell cannot rule it out.
      (composeHash === null || !compose_hash || compose_hash === composeHash) &&
      (nodeName === null || !node_info?.name || node_info.name === nodeName),
  );
  if (replica) return { correlationId: null, created: foundCvm(replica) };
  if (unplaced.some(({ status }) => !broken.test(status ?? ''))) {
    throw new Failure('OperationPending', 'No node has the newest CVM of the app yet: it may be the replica.', {
      retryAfter: 2_000,
    });
  }
  return null;
}
