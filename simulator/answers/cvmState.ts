import type { Cvm } from '../state/cvm.js';

/**
 * The state of a CVM, at once or as a `state` event [OpenAPI handle_get_cvm_state; fields: SDK CvmStateSchema, facts §4].
 * Fields without a value are left out, because the SDK fails on null there.
 */
export function cvmState(cvm: Cvm) {
  return {
    id: cvm.hashId,
    instance_id: cvm.instanceId,
    name: cvm.name,
    status: cvm.status,
    ...(isBooting(cvm) ? { boot_progress: 'booting' } : {}),
    ...(cvm.bootError === undefined ? {} : { boot_error: cvm.bootError }),
  };
}

/** Whether boot_progress has something to tell. */
export function isBooting({ status }: Cvm): boolean {
  return status === 'starting' || status === 'updating';
}
