import { checkCalls } from './calls.js';
import { type Check, failed } from './check.js';
import { checkDocuments, type KnownTexts } from './documents.js';
import { governing, readExportedProposal } from './exportedProposal.js';
import { checkOnChain } from './onChain.js';
import { checkTimelock } from './timelock.js';
import { checkToSign } from './toSign.js';

/** What the approver brings along. Whatever is left out is not checked, and the checks say so. */
export interface Known extends KnownTexts {
  /** The contract that governs the app, which is its id; for a new app the contract of its KMS. 0x and 40 hex digits. */
  readonly contract?: string | undefined;
  /** A node of the chain that he trusts. */
  readonly rpcUrl?: string | undefined;
}

export interface Verification {
  readonly change: string;
  /** Whether no check failed. Those that could not be made count for nothing. */
  readonly verified: boolean;
  readonly checks: readonly Check[];
}

/**
 * Reads an exported proposal a second time: everything that is signed is made anew from the documents alone, by code that
 * shares nothing with the engine's own (`chain/`, `phala/`). Trusts neither the engine nor the API; only the texts that
 * the approver brings along, and his node.
 *
 * @param exported what `countersign proposal --json` writes
 * @throws NoExportedProposal where it is something else
 */
export async function verifyProposal(exported: unknown, known: Known = {}): Promise<Verification> {
  const proposal = readExportedProposal(exported);
  const { chainId } = governing(proposal);
  const { calls, safe, timelock, change } = proposal;
  const checks = [
    ...checkDocuments(proposal, known),
    ...checkCalls(proposal, known.contract?.toLowerCase()),
    ...(safe ? await checkToSign(chainId, calls, safe) : []),
    ...(timelock ? await checkTimelock(chainId, proposal, timelock) : []),
    ...(proposal.registrar === 'timelock' && !timelock
      ? [failed('timelock', 'A timelock is to register, and none is shown.')]
      : []),
    ...(await checkOnChain(proposal, known.rpcUrl)),
  ];
  return { change, verified: checks.every(({ outcome }) => outcome !== 'failed'), checks };
}
