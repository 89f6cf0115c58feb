import { badRequest } from '../answers/errors.js';
import { written } from '../answers/hexForm.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Kms } from '../state/kms.js';
import type { Node } from '../state/nodes.js';
import type { Quirks } from '../state/quirks.js';

/** "Chain name (e.g., "base", "ethereum")" [DOC-js/kms], and the chain of a name that has no KMS here. */
const CHAIN_IDS: Readonly<Record<string, number>> = { ethereum: 1, base: 8453 };

/**
 * GET /kms/on-chain/{chain} [OpenAPI OnChainKmsResponse; 400 "Unsupported chain name"]. Chosen: a local chain goes under the
 * name of its KMS's type, and a chain id will do as a name; on_chain_allowed is null, "check failed", as the simulator does
 * not look into DstackKms for devices and images.
 */
export const getOnChainKms: Endpoint = {
  name: 'getOnChainKms',
  method: 'GET',
  path: '/kms/on-chain/:chain',
  authenticated: true,
  handle(call, cloud) {
    const chain = (call.params['chain'] ?? '').toLowerCase();
    const named = cloud.kms.all().filter(({ type, onChain }) => onChain !== undefined && type === chain);
    const chainId = named[0]?.onChain?.chainId ?? CHAIN_IDS[chain] ?? (/^\d+$/.test(chain) ? Number(chain) : undefined);
    if (chainId === undefined) {
      throw badRequest('Unsupported chain name');
    }
    const contracts = cloud.kms.ofChain(chainId).map((kms) => contract(kms, chain, cloud.nodes.all(), call.quirks()));
    return { status: 200, body: { chain_name: chain, chain_id: chainId, contracts } };
  },
};

function contract(kms: Kms, chain: string, allNodes: readonly Node[], quirks: Quirks) {
  const nodes = allNodes.filter((node) => node.kms === undefined || node.kms.includes(kms.slug));
  const images = new Map(nodes.flatMap((node) => node.images).map((image) => [image.name, image]));
  return {
    contract_address: kms.onChain === undefined ? null : written(kms.onChain.contract, 'prefixed', quirks),
    chain_id: kms.onChain?.chainId ?? null,
    chain_name: chain,
    devices: nodes.map((node) => ({
      device_id: written(node.deviceId, 'bare', quirks),
      node_name: node.name,
      on_chain_allowed: null,
    })),
    os_images: [...images.values()].map(({ name, version, hash }) => ({
      name,
      version: version.join('.'),
      os_image_hash: written(hash, 'bare', quirks),
      on_chain_allowed: null,
    })),
  };
}
