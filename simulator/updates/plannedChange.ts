import { isDeepStrictEqual } from 'node:util';
import type { Hex } from 'viem';
import { updatedAppCompose } from '../rules/appCompose.js';
import { composeHash } from '../rules/composeHash.js';
import type { JsonObject } from '../rules/json.js';
import type { UpdateCvmRequest } from '../rules/updateCvmRequest.js';
import type { Configuration } from '../state/cvm.js';
import type { OperationType } from '../state/operation.js';

/** What an update would make of a configuration. */
export interface PlannedChange {
  readonly configuration: Configuration;
  /** Hash of the resulting document; 32 bytes with 0x. */
  readonly composeHash: Hex;
  readonly touchesHash: boolean;
  /** Whether the VM may be stopped hard, if it takes too long [seed 004 allow_force_stop]; kept nowhere. */
  readonly forceStop: boolean;
  /** undefined: nothing would change at all. */
  readonly operationType: OperationType | undefined;
}

/**
 * Applies a request to a configuration, on paper. Fields that are absent or null change nothing; for shutdown_timeout null
 * is a value, "no timeout" [seed 004].
 *
 * Chosen where the facts are silent or disagree: encrypted_env always counts as a change (its plaintext is not visible to
 * the server); fields of the server's own are added only where the document changes anyway; disk_size is in GB, as every
 * answer has it and the SDK's docs say, although OpenAPI says MB.
 */
export function plannedChange(
  configuration: Configuration,
  update: UpdateCvmRequest,
  serverAdded: JsonObject,
): PlannedChange {
  const asAsked = updatedAppCompose(configuration.appCompose, update, {});
  const touchesHash = composeHash(asAsked) !== configuration.composeHash;
  const appCompose = touchesHash ? { ...asAsked, ...serverAdded } : configuration.appCompose;
  const changed: Configuration = {
    appCompose,
    composeHash: composeHash(appCompose),
    encryptedEnv: update.encrypted_env ?? configuration.encryptedEnv,
    userConfig: update.user_config ?? configuration.userConfig,
    vcpu: update.vcpu ?? configuration.vcpu,
    memoryInMb: update.memory ?? configuration.memoryInMb,
    diskInGb: update.disk_size ?? configuration.diskInGb,
    gpus: update.gpus ?? configuration.gpus,
    image: update.image ?? configuration.image,
    shutdownTimeout: update.shutdown_timeout === undefined ? configuration.shutdownTimeout : update.shutdown_timeout,
  };
  return {
    configuration: changed,
    composeHash: changed.composeHash,
    touchesHash,
    forceStop: update.allow_force_stop,
    operationType: operationType(configuration, changed, touchesHash || typeof update.encrypted_env === 'string'),
  };
}

/** "compose_update, power_on, resize, etc." [OpenAPI CvmOperationResponse.operation_type]; which for what is chosen. */
function operationType(before: Configuration, after: Configuration, compose: boolean): OperationType | undefined {
  if (compose || before.userConfig !== after.userConfig || before.shutdownTimeout !== after.shutdownTimeout) {
    return 'compose_update';
  }
  if (before.image !== after.image) {
    return 'os_image_update';
  }
  const resized =
    before.vcpu !== after.vcpu ||
    before.memoryInMb !== after.memoryInMb ||
    before.diskInGb !== after.diskInGb ||
    !isDeepStrictEqual(before.gpus, after.gpus);
  return resized ? 'resize' : undefined;
}
