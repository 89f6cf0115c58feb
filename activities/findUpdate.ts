import { type ComposeDocument, updatedDocument } from '../model/composeDocument.js';
import type { CvmId } from '../model/cvmId.js';
import { type CvmUpdate, touchesComposeHash } from '../model/cvmUpdate.js';
import type { OperationMark } from '../model/descriptions.js';
import type { ComposeHash } from '../model/hex.js';
import type { Applied } from '../model/phalaActivities.js';
import { getComposeFile } from '../phala/getComposeFile.js';
import { listOperations, type Operation } from '../phala/listOperations.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { recomputeComposeHash } from '../phala/recomputeComposeHash.js';
import { operationOf, operationsSince } from './operations.js';

interface Search {
  readonly cvmId: CvmId;
  /** The newest operation before the change. */
  readonly since: OperationMark;
}

/** The operation that applies the hash, if one was started since the change was planned. */
export async function findCommitted(
  phala: PhalaApi,
  { cvmId, since, composeHash }: Search & { readonly composeHash: ComposeHash },
  signal: AbortSignal,
): Promise<Applied | null> {
  const operations = operationsSince(await listOperations(phala, cvmId, { signal }), since);
  return started(operationOf(operations, composeHash));
}

/** Starting and stopping leave the configuration as it is: such an operation is somebody else's. */
const powerOperations = /power|start|stop|shutdown|restart|reboot/i;

/** The operation that applies the update, if one was started since the change was planned. */
export async function findApplied(
  phala: PhalaApi,
  { cvmId, since, update }: Search & { readonly update: CvmUpdate },
  signal: AbortSignal,
): Promise<Applied | null> {
  const recomputed = (await recompute(phala, cvmId, update, signal))?.composeHash ?? null;
  const operations = operationsSince(await listOperations(phala, cvmId, { signal }), since);
  const applies = ({ compose_hash, operation_type }: Operation): boolean =>
    touchesComposeHash(update) && recomputed !== null
      ? compose_hash === recomputed
      : !powerOperations.test(operation_type);
  return started(operations.find(applies) ?? null);
}

/** What an update makes of the app-compose document. */
interface Recomputed {
  readonly before: ComposeDocument;
  readonly after: ComposeDocument;
  readonly composeHash: ComposeHash;
}

/** What the update leads to. Null where nothing in it goes into a hash, or the document cannot be read as JSON. */
export async function recompute(
  phala: PhalaApi,
  cvmId: CvmId,
  update: CvmUpdate,
  signal: AbortSignal,
): Promise<Recomputed | null> {
  if (!touchesComposeHash(update)) return null;
  const before = await getComposeFile(phala, cvmId, signal);
  if (before === null) return null;
  const after = updatedDocument(before, update);
  return { before, after, composeHash: recomputeComposeHash(after) };
}

const started = (operation: Operation | null): Applied | null =>
  operation && { correlationId: operation.correlation_id, created: null };
