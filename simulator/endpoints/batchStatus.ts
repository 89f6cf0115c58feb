import { z } from 'zod';
import { isBooting } from '../answers/cvmState.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import { type Cvm, runningOperation } from '../state/cvm.js';

const batchStatusRequestSchema = z.object({ vm_uuids: z.array(z.string()) });

/**
 * POST /status/batch [OpenAPI BatchStatusRequest; CvmStatus by uuid]. Chosen: a key is written as it was asked for, with or
 * without dashes, and a uuid without a CVM has no entry. Uptime and guest events are not simulated.
 */
export const batchStatus: Endpoint = {
  name: 'batchStatus',
  method: 'POST',
  path: '/status/batch',
  authenticated: true,
  handle(call, cloud) {
    const { vm_uuids } = parseBody(call, batchStatusRequestSchema);
    const found = vm_uuids.flatMap((asked) => {
      const cvm = cloud.cvms.all().find(({ vmUuid }) => vmUuid.replaceAll('-', '') === asked.replaceAll('-', ''));
      return cvm === undefined ? [] : [[asked, cvmStatus(cvm)] as const];
    });
    return { status: 200, body: Object.fromEntries(found) };
  },
};

function cvmStatus(cvm: Cvm) {
  const operation = runningOperation(cvm);
  return {
    vm_uuid: cvm.vmUuid,
    status: cvm.status,
    uptime: null,
    in_progress: operation !== undefined,
    boot_progress: isBooting(cvm) ? 'booting' : null,
    boot_error: cvm.bootError ?? null,
    shutdown_progress: null,
    events: [],
    operation_type: operation?.type ?? null,
    operation_started_at: operation?.startedAt.toISOString() ?? null,
    correlation_id: operation?.correlationId ?? null,
  };
}
