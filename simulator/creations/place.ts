import { ApiError } from '../answers/apiError.js';
import {
  imageNotCompatible,
  imageNotFound,
  kmsNotFound,
  nodeNotFound,
  resourceNotAvailable,
} from '../answers/creationErrors.js';
import type { Cloud } from '../state/cloud.js';
import type { Kms } from '../state/kms.js';
import type { Node, Resources } from '../state/nodes.js';
import type { OsImage } from '../state/osImage.js';
import { shortage } from './room.js';

/** Where a new CVM is to run, and on what. */
export interface Place {
  readonly node: Node;
  readonly image: OsImage;
}

/** What a new CVM asks of its place. */
export interface Wishes {
  readonly nodeId: number | undefined;
  readonly region: string | undefined;
  readonly image: string | undefined;
  readonly preferDev: boolean;
  readonly kms: Kms;
  readonly resources: Omit<Resources, 'slots'>;
}

/**
 * Finds a place. A node that is named has to fit, or it is said why not; without one the first that fits is taken, in the
 * order in which the nodes were added (chosen: the real server scores them), or it is ERR-02-002.
 */
export function findPlace(cloud: Cloud, wishes: Wishes): Place {
  if (wishes.nodeId !== undefined) {
    const node = cloud.nodes.find(wishes.nodeId);
    const place = node === undefined ? nodeNotFound(400) : placeOn(cloud, node, wishes);
    if (place instanceof ApiError) {
      throw place;
    }
    return place;
  }
  if (wishes.image !== undefined && !cloud.nodes.all().some(({ images }) => imageOf(images, wishes) !== undefined)) {
    throw imageNotFound();
  }
  for (const node of cloud.nodes.all()) {
    const place = placeOn(cloud, node, wishes);
    if (!(place instanceof ApiError) && (wishes.region === undefined || node.region === wishes.region)) {
      return place;
    }
  }
  throw resourceNotAvailable();
}

function placeOn(cloud: Cloud, node: Node, wishes: Wishes): Place | ApiError {
  if (!serves(node, wishes.kms)) {
    return kmsNotFound();
  }
  const image = imageOf(node.images, wishes);
  if (image === undefined) {
    return imageNotCompatible();
  }
  return shortage(cloud, node, wishes.resources) ?? { node, image };
}

/** Whether CVMs on a node can get their keys from a KMS. */
export function serves(node: Node, kms: Kms): boolean {
  return node.kms === undefined || node.kms.includes(kms.slug);
}

/**
 * The image by name; else the newest of the preferred sort: development, unless the caller says otherwise [OpenAPI
 * ProvisionDstackAppRequestV2.prefer_dev: "defaults to dev"]; else the newest of all.
 */
function imageOf(images: readonly OsImage[], { image, preferDev }: Wishes): OsImage | undefined {
  if (image !== undefined) {
    return images.find(({ name }) => name === image);
  }
  const [best] = [...images].sort(
    (one, other) =>
      Number(other.isDev === preferDev) - Number(one.isDev === preferDev) || newer(other.version, one.version),
  );
  return best;
}

function newer(one: OsImage['version'], other: OsImage['version']): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
