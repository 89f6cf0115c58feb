import type { CreatedCvm } from '../model/descriptions.js';
import { Failure } from '../model/failure.js';
import type { Cvm } from '../phala/getCvm.js';
import type { Vm } from '../phala/vm.js';

/**
 * A new CVM as the call that made it answered.
 *
 * @throws Failure OperationPending where no node has it yet: a later look finds it
 */
export function createdCvm({ vm_uuid: cvmId, ...vm }: Vm): CreatedCvm {
  if (cvmId == null) {
    throw new Failure('OperationPending', `${vm.name} was made, and no node has it yet.`, {
      effect: 'taken',
      retryAfter: 2_000,
    });
  }
  return {
    cvmId,
    name: vm.name,
    appId: vm.app_id ?? null,
    appUrl: vm.app_url ?? null,
    nodeName: vm.teepod?.name ?? null,
  };
}

/** A new CVM as a later look found it. */
export const foundCvm = (cvm: Cvm): CreatedCvm => ({
  cvmId: cvm.vm_uuid,
  name: cvm.name,
  appId: cvm.app_id ?? null,
  appUrl: cvm.endpoints?.find(({ app }) => app)?.app ?? null,
  nodeName: cvm.node_info?.name ?? null,
});
