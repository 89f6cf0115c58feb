import type { AllowListRequestInput } from '../../model/allowListRequest.js';
import { UsageError } from '../usageError.js';
import type { AllowlistOptions } from './allowlist.js';
import { readNode } from './readShared.js';

type Steps = AllowListRequestInput['steps'];

/**
 * The steps that the options ask for. What is added comes first and what is taken away last, so that at no point of the
 * batch less is allowed than before and after it.
 *
 * @throws UsageError where they ask for nothing
 */
export function readSteps(options: AllowlistOptions): Steps {
  const { addDevice = [], addNode = [], removeDevice = [], removeNode = [], removeComposeHash = [] } = options;
  const steps: Steps = [
    ...(options.allowAnyDevice ? [{ action: 'setAllowAnyDevice' as const, allowed: true }] : []),
    ...addDevice.map((deviceId) => ({ action: 'addDevice' as const, device: { deviceId } })),
    ...addNode.map((node) => ({ action: 'addDevice' as const, device: { node: readNode(node) } })),
    ...removeDevice.map((deviceId) => ({ action: 'removeDevice' as const, device: { deviceId } })),
    ...removeNode.map((node) => ({ action: 'removeDevice' as const, device: { node: readNode(node) } })),
    ...removeComposeHash.map((composeHash) => ({ action: 'removeComposeHash' as const, composeHash })),
    ...(options.disallowAnyDevice ? [{ action: 'setAllowAnyDevice' as const, allowed: false }] : []),
  ];
  if (steps.length > 0) return steps;
  throw new UsageError('Nothing to change: give --add-device, --remove-compose-hash, or another of the options.');
}
