import type { ComposeDocument } from '../model/composeDocument.js';
import type { CvmId } from '../model/cvmId.js';
import type { Address, ComposeHash } from '../model/hex.js';
import { getComposeFile } from '../phala/getComposeFile.js';
import { listAppCvms } from '../phala/listAppCvms.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { recomputeComposeHash } from '../phala/recomputeComposeHash.js';

interface Wanted {
  readonly cvmId: CvmId;
  /** Of which another CVM may run it; null: none is looked at. */
  readonly appId: Address | null;
  /** Null: whatever the CVM runs. */
  readonly composeHash: ComposeHash | null;
}

/**
 * The app-compose document with a compose hash: that of the CVM, else of another one of its app that runs it.
 *
 * @returns null where the API shows none whose own hash, computed here, is the one that is wanted
 */
export async function documentWith(
  phala: PhalaApi,
  { cvmId, appId, composeHash }: Wanted,
  signal: AbortSignal,
): Promise<ComposeDocument | null> {
  const own = await getComposeFile(phala, cvmId, signal);
  if (composeHash === null || hasHash(own, composeHash)) return own;
  if (appId === null) return null;
  const { cvms } = await listAppCvms(phala, appId, signal);
  const holder = cvms.find(({ vm_uuid, compose_hash }) => vm_uuid !== cvmId && compose_hash === composeHash);
  const document = holder ? await getComposeFile(phala, holder.vm_uuid, signal) : null;
  return hasHash(document, composeHash) ? document : null;
}

const hasHash = (document: ComposeDocument | null, composeHash: ComposeHash): boolean =>
  document !== null && recomputeComposeHash(document) === composeHash;
