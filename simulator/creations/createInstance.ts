import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import { type Cvm, type CvmParts, createStartingCvm } from '../state/cvm.js';
import type { Creation } from '../state/ledger.js';
import { beginOperation } from '../updates/startOperation.js';

/** How a new CVM came about, for the ledger. */
export type Origin = Pick<Creation, 'kind' | 'sourceVmUuid' | 'via' | 'transactionHash'>;

/**
 * Brings a CVM into being: the moment of the effective creation. It is "starting" [seed 001] until its first boot, which
 * goes as that of an update does. Without a single await, so that two requests cannot both get through.
 */
export function createInstance(call: Call, cloud: Cloud, parts: CvmParts, origin: Origin): Cvm {
  const at = cloud.clock.now();
  const cvm = cloud.cvms.add((number) => createStartingCvm(parts, number, at));
  const failWith = cloud.faults.take(call.faulty, 'operationFails')?.message;
  const { correlationId } = beginOperation(cloud, cvm, 'create', failWith);
  cloud.ledger.recordCreation({
    ...origin,
    vmUuid: cvm.vmUuid,
    composeHash: cvm.configuration.composeHash,
    nodeId: cvm.node.id,
    correlationId,
    at,
  });
  return cvm;
}
