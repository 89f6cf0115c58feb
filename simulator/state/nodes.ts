import type { Hex } from 'viem';
import { z } from 'zod';
import { sha256Hex } from '../rules/composeHash.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import { type OsImage, osImage } from './osImage.js';

/**
 * A node to add. Everything but the id has a default: a capacity that no test fills by accident, the two images of the
 * first nodes, every KMS.
 */
export const nodeDefinitionSchema = z.strictObject({
  id: z.int().min(1),
  name: z.string().min(1).exactOptional(),
  region: z.string().min(1).exactOptional(),
  /** 32 bytes, 0x optional; without it `nodeDeviceId(id)`. */
  deviceId: z
    .custom<Hex>((value) => typeof value === 'string' && isHexOf(32, value), 'hex of 32 bytes')
    .exactOptional(),
  vcpu: z.int().min(0).exactOptional(),
  memoryInMb: z.int().min(0).exactOptional(),
  diskInGb: z.int().min(0).exactOptional(),
  /** How many CVMs it takes. */
  slots: z.int().min(0).exactOptional(),
  /** Names such as "dstack-0.5.5" and "dstack-dev-0.5.5". */
  images: z.array(z.string().min(1)).exactOptional(),
  /** Slugs of the KMS instances that it serves; without it all of them. */
  kms: z.array(z.string()).exactOptional(),
});

export type NodeDefinition = z.infer<typeof nodeDefinitionSchema>;

/** A machine that CVMs run on; the API calls it a node, and in older fields a teepod. */
export interface Node {
  readonly id: number;
  readonly name: string;
  readonly region: string;
  /** sha256 of the node's PPID, 32 bytes with 0x [DOC-device]. */
  readonly deviceId: Hex;
  /** What it has in all, used or not. */
  readonly capacity: Resources;
  readonly images: readonly OsImage[];
  /** Slugs; undefined: every KMS. */
  readonly kms: readonly string[] | undefined;
}

/** An amount of what a node has and a CVM takes. */
export interface Resources {
  readonly vcpu: number;
  readonly memoryInMb: number;
  readonly diskInGb: number;
  /** A CVM takes one. */
  readonly slots: number;
}

/** The device of a node whose definition names none; 32 bytes with 0x. */
export function nodeDeviceId(id: number): Hex {
  return prefixed(sha256Hex(`PPID of simulator node ${id}`));
}

/** What a simulator has if nobody says otherwise; regions are made up. */
const DEFAULT_NODES: readonly NodeDefinition[] = [
  { id: 1, region: 'local' },
  { id: 2, region: 'local-2' },
];

/** The nodes of the simulated cloud, in the order in which they were added; the first is where a CVM goes by default. */
export class Nodes {
  readonly #nodes = new Map<number, Node>();

  constructor(definitions: readonly NodeDefinition[] = DEFAULT_NODES) {
    for (const definition of definitions) {
      this.add(definition);
    }
  }

  add(definition: NodeDefinition): Node {
    const { id } = definition;
    if (this.#nodes.has(id)) {
      throw new Error(`There is a node ${id} already.`);
    }
    const node: Node = {
      id,
      name: definition.name ?? `simulator-${id}`,
      region: definition.region ?? `local-${id}`,
      deviceId: prefixed(definition.deviceId ?? nodeDeviceId(id)),
      capacity: {
        vcpu: definition.vcpu ?? 10_000,
        memoryInMb: definition.memoryInMb ?? 100_000_000,
        diskInGb: definition.diskInGb ?? 1_000_000,
        slots: definition.slots ?? 5_000,
      },
      images: (definition.images ?? ['dstack-0.5.5', 'dstack-dev-0.5.5']).map(osImage),
      kms: definition.kms,
    };
    this.#nodes.set(id, node);
    return node;
  }

  all(): readonly Node[] {
    return [...this.#nodes.values()];
  }

  find(id: number): Node | undefined {
    return this.#nodes.get(id);
  }

  /** A node that is known to be there, or that a definition names: throws if it is not. */
  get(id: number): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) {
      throw new Error(`There is no node ${id}.`);
    }
    return node;
  }

  /** Where a CVM goes if nobody says where. */
  first(): Node {
    const [node] = this.#nodes.values();
    if (node === undefined) {
      throw new Error('The simulated cloud has no node.');
    }
    return node;
  }
}
