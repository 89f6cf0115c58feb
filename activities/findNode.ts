import type { NodeName } from '../model/changeRequest.js';
import type { Node } from '../model/descriptions.js';
import { Failure } from '../model/failure.js';
import { listNodes } from '../phala/listNodes.js';
import type { PhalaApi } from '../phala/phalaApi.js';

/**
 * Finds the nodes that are meant, by number or name, in one call.
 *
 * @throws Failure NodeNotFound, listing those that there are
 */
export async function findNodes(
  phala: PhalaApi,
  wanted: readonly NodeName[],
  signal: AbortSignal,
): Promise<readonly Node[]> {
  if (wanted.length === 0) return [];
  const nodes = await listNodes(phala, signal);
  return wanted.map((name) => {
    const found = nodes.find(
      (node) => node.teepod_id === name || node.name === name || String(node.teepod_id) === name,
    );
    if (found) return { nodeId: found.teepod_id, name: found.name, deviceId: found.device_id ?? null };
    const known = nodes.map((node) => `${node.teepod_id} (${node.name})`).join(', ');
    throw new Failure('NodeNotFound', `There is no node ${name}. There are: ${known || 'none'}.`);
  });
}

/** The one node that is meant; null where none was named. @throws Failure NodeNotFound */
export async function findNode(phala: PhalaApi, wanted: NodeName | null, signal: AbortSignal): Promise<Node | null> {
  const [node] = await findNodes(phala, wanted === null ? [] : [wanted], signal);
  return node ?? null;
}
