import type { Hex } from 'viem';
import type { Node } from '../state/nodes.js';
import type { Quirks } from '../state/quirks.js';
import { written } from './hexForm.js';

/**
 * OpenAPI NodeRef. It has a teepod's id and a physical node's; here both are the node's. PPIDs are not simulated, and the
 * version is made up.
 */
export function nodeRef({ id, name, region }: Node, deviceId: Hex, quirks: Quirks) {
  return {
    object_type: 'node',
    id,
    node_id: id,
    name,
    region,
    device_id: written(deviceId, 'bare', quirks),
    ppid: null,
    status: 'ONLINE',
    version: 'v0.5.5',
  };
}
