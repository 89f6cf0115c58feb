import type { ComposeHash } from '../model/hex.js';
import type { Applied, ReplicaMark } from '../model/phalaActivities.js';
import { listAppCvms } from '../phala/listAppCvms.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { foundCvm } from './createdCvm.js';

/**
 * Looks for the replica that an earlier attempt may have made: a CVM of the app that was not there before the change
 * began, on the node and with the configuration that were asked for.
 */
export async function findReplica(
  phala: PhalaApi,
  { appId, siblings, nodeName }: ReplicaMark,
  composeHash: ComposeHash | null,
  signal: AbortSignal,
): Promise<Applied | null> {
  if (appId === null) return null;
  const cvms = await listAppCvms(phala, appId, signal);
  const replica = cvms.find(
    ({ vm_uuid, compose_hash, node_info }) =>
      !siblings.includes(vm_uuid) &&
      // What the API does not tell cannot rule it out.
      (composeHash === null || !compose_hash || compose_hash === composeHash) &&
      (nodeName === null || !node_info?.name || node_info.name === nodeName),
  );
  return replica ? { correlationId: null, created: foundCvm(replica) } : null;
}
