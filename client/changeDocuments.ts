import { type ComposeDocument, newDocument, updatedDocument } from '../model/composeDocument.js';
import type { CvmUpdate } from '../model/cvmUpdate.js';
import type { Machine } from '../model/descriptions.js';
import type { HashCheck } from '../model/hashCheck.js';
import type { Address, ComposeHash } from '../model/hex.js';
import type { ChangeKind } from '../model/kinds.js';
import type { Phase } from '../model/phases.js';
import type { PlannedCvm } from '../model/provisionRequest.js';
import type { Proposal } from '../model/registration.js';
import type { ChangeStatus } from '../model/status.js';
import type { Session } from './countersign.js';
import { EngineFailureError, NoWorkerError } from './errors.js';
import { type AskedFor, readChangeRequest } from './readChangeRequest.js';
import { readConfiguration } from './readConfiguration.js';

/** Tells what the file is, and how it is read. */
export const exportFormat = 'countersign-proposal/1';

/** What is changed, before and after, with the proposal: all that somebody needs who wants to see what he signs. */
export interface ChangeDocuments {
  readonly format: typeof exportFormat;
  readonly change: string;
  readonly runId: string;
  readonly kind: ChangeKind;
  readonly phase: Phase;
  readonly cvmId: string | null;
  readonly cvmName: string | null;
  readonly appId: Address | null;
  readonly requestedBy: string;
  readonly reason: string | null;
  /** What was asked for, from the history of the change. Environment variables as `(encrypted)`. */
  readonly request: AskedFor;
  /** What the CVM runs that is updated. Null for other kinds, and once it runs the new configuration. */
  readonly base: {
    /** By the change: what it ran when it was planned. */
    readonly composeHash: ComposeHash | null;
    /** By the API: what it runs now. Null where the API shows none. */
    readonly document: ComposeDocument | null;
    readonly machine: Machine;
  } | null;
  /** The app-compose document that is to be approved. Null where there is none, or the API does not show it. */
  readonly document: ComposeDocument | null;
  /** Why the API's documents are not here; null where they are, or none is needed. */
  readonly missing: string | null;
  readonly composeHash: ComposeHash | null;
  readonly hashCheck: HashCheck | null;
  /** In a few lines, as the engine tells the signers. */
  readonly changes: readonly string[];
  /** Null until there is something to register. */
  readonly proposal: Proposal | null;
}

type Documents = Pick<ChangeDocuments, 'base' | 'document' | 'missing'>;

const nothing: Documents = { base: null, document: null, missing: null };

/** Gathers the documents of a change: from its history, from its state, and through a worker from the API. */
export async function changeDocuments(session: Session, status: ChangeStatus): Promise<ChangeDocuments> {
  const request = await readChangeRequest(session.client, status);
  const { change, runId, kind, phase, cvmId, cvmName, appId, requestedBy, reason } = status;
  const { composeHash, hashCheck, changes, proposal } = status;
  return {
    format: exportFormat,
    change,
    runId,
    kind,
    phase,
    cvmId,
    cvmName,
    appId,
    requestedBy,
    reason,
    request,
    ...(await documentsOf(session, status, request).catch(withoutDocuments)),
    composeHash,
    hashCheck,
    changes,
    proposal,
  };
}

/** The API may be down, or the CVM gone: what is to be signed can be shown, and checked in part. */
function withoutDocuments(error: unknown): Documents {
  if (!(error instanceof EngineFailureError || error instanceof NoWorkerError)) throw error;
  return { base: null, document: null, missing: error.message };
}

/** The workflow has read the request by its schema before it did anything. */
interface Requested {
  readonly update?: CvmUpdate;
  readonly name?: string;
  readonly compose?: PlannedCvm['compose'];
  readonly env?: { readonly names: string[] };
}

async function documentsOf(
  session: Session,
  { kind, cvmId, composeHash, baseComposeHash }: ChangeStatus,
  request: AskedFor,
): Promise<Documents> {
  const { update, name, compose, env }: Requested = request;
  if (kind === 'update' && cvmId && update) {
    const {
      composeHash: runs,
      document,
      machine,
    } = await readConfiguration(session, { cvm: cvmId, composeHash: null });
    if (runs === composeHash && runs !== baseComposeHash) return { ...nothing, document };
    return {
      ...nothing,
      base: { composeHash: baseComposeHash, document, machine },
      document: document && updatedDocument(document, update),
    };
  }
  if (kind === 'adopt' && cvmId) {
    const {
      composeHash: runs,
      document,
      machine,
    } = await readConfiguration(session, { cvm: cvmId, composeHash: null });
    if (runs === composeHash) return { ...nothing, document };
    return { ...nothing, base: { composeHash: baseComposeHash, document, machine } };
  }
  // Of a new CVM that was made, the API shows the document.
  if (cvmId && composeHash) {
    return { ...nothing, document: (await readConfiguration(session, { cvm: cvmId, composeHash })).document };
  }
  if (kind !== 'provision' || !name || !compose) return nothing;
  const allowedEnvs = compose.allowedEnvs ?? env?.names;
  return { ...nothing, document: newDocument({ name, compose: { ...compose, ...(allowedEnvs && { allowedEnvs }) } }) };
}
