import type { Hex } from 'viem';
import { z } from 'zod';
import { badRequest } from '../answers/errors.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { Cloud } from '../state/cloud.js';

/** A compose hash or device id in a request: 32 bytes of hex, 0x optional; anything else is a 422 (chosen). */
export const hashText = z.string().refine((text) => isHexOf(32, text), { error: 'expected 32 bytes of hex' });

/**
 * The device that a check names: itself, or by its node ("resolves device_id from DB") [OpenAPI IsAllowedRequest]. Chosen:
 * device_id wins over node_id, and a node that is not there is a 400.
 */
export function askedDevice(
  cloud: Cloud,
  asked: { readonly device_id?: string | null | undefined; readonly node_id?: number | null | undefined },
): Hex | undefined {
  if (typeof asked.device_id === 'string') {
    return prefixed(asked.device_id);
  }
  if (typeof asked.node_id !== 'number') {
    return undefined;
  }
  const node = cloud.nodes.find(asked.node_id);
  if (node === undefined) {
    throw badRequest('Node not found');
  }
  return node.deviceId;
}
