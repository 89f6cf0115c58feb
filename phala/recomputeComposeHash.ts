import { type AppCompose, getComposeHash } from '@phala/dstack-sdk/get-compose-hash';
import type { ComposeDocument } from '../model/composeDocument.js';
import { type ComposeHash, composeHashSchema } from '../model/hex.js';

/**
 * The compose hash of an app-compose document, in the canonical form of the dstack SDKs (phala-cloud-api.md §5). Shown
 * beside the API's hash, never registered: the server may add fields that cannot be known here (on-chain.md §2.7, a real
 * incident).
 */
export const recomputeComposeHash = (document: ComposeDocument): ComposeHash =>
  // The function hashes any JSON object; its parameter type lists the fields it knows.
  composeHashSchema.parse(getComposeHash(document as unknown as AppCompose));
