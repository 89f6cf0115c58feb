import { commitLinks } from '../answers/commitLinks.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm, CvmParts } from '../state/cvm.js';
import type { ReplicaPreparation } from '../state/replicaPreparations.js';
import type { Difference } from './plannedReplica.js';

/**
 * Keeps a planned replica for its commit, under a fresh token. Nothing is reserved on the node (chosen). With X-Prepare-Only
 * the webhook "cvm.replica.pending_approval" is sent [DOC-changelog, April 13-19 2026], as for updates.
 */
export function prepareReplica(
  call: Call,
  cloud: Cloud,
  source: Cvm,
  plan: { readonly planned: CvmParts; readonly difference: Difference; readonly prepareOnly: boolean },
): ReplicaPreparation {
  const { planned, difference, prepareOnly } = plan;
  const quirks = call.quirks(source);
  const preparation = cloud.replicaPreparations.add(
    {
      sourceVmUuid: source.vmUuid,
      composeHash: planned.configuration.composeHash,
      nodeId: planned.node.id,
      deviceId: planned.deviceId,
      difference,
      prepareOnly,
      withToken: quirks.commitToken !== 'absent',
      supersedes: quirks.replicaPrepare === 'supersedes',
    },
    cloud.clock.now(),
  );
  if (prepareOnly) {
    const { composeHash, deviceId, token, preparedAt, expiresAt } = preparation;
    cloud.events.emit({
      name: 'cvm.replica.pending_approval',
      cvm: source,
      at: preparedAt,
      composeHash,
      deviceId,
      expiresAt,
      commit:
        token === undefined ? undefined : { token, ...commitLinks(call.origin, source, composeHash, token, 'replica') },
    });
  }
  return preparation;
}
