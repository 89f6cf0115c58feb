import type { SafeSight } from '../model/chainActivities.js';
import type { Proposal, Registration } from '../model/registration.js';
import { describeVoid, type SafeProposal, withSignaturesOf } from '../model/safe.js';
import { signedInQueue } from '../model/safeQueue.js';
import { withSafe } from '../model/signing.js';
import { chain } from './activities.js';
import { awaited } from './awaited.js';
import type { Change } from './change.js';
import { isRelayable, relay } from './relay.js';
import { unlessStale } from './unlessStale.js';

/** A proposal that the owners of a Safe have to sign and execute. */
export interface SafeCase extends Proposal {
  readonly safe: SafeProposal;
}

export const isForSafe = (proposal: Proposal): proposal is SafeCase =>
  proposal.registrar === 'safe' && proposal.safe !== null;

/**
 * Waits until a Safe has brought about what is expected, and shows meanwhile where it stands. The history grows with what
 * happens to the Safe, not with the time.
 *
 * @returns null where its transaction can never be executed any more: then it has to be proposed anew
 */
export async function throughSafe(change: Change, first: SafeCase): Promise<Registration | null> {
  for (;;) {
    if (isRelayable(change)) await relay(change);
    // Signatures come in meanwhile: they are in the state.
    const { proposal } = change.status;
    const current = proposal && isForSafe(proposal) ? proposal : first;
    const sight = await unlessStale(change, () => look(change, current));
    if (sight === null) continue;
    if (sight.registration) return sight.registration;
    if (sight.outdated) {
      proposeAnew(change, sight.outdated);
      return null;
    }
    noteSafe(change, sight);
  }
}

function look(change: Change, { expectation, fromBlock, owner, safe }: SafeCase): Promise<SafeSight> {
  const { finality } = change.status.policy;
  const { address, threshold, owners, nonce, transaction, transactionHash, signatures, queue } = safe;
  const signing = { address, threshold, owners, nonce, transaction, transactionHash, signatures };
  const known = { ...signing, ...(queue && { queue }) };
  const summary = `watch the Safe ${address}, nonce ${nonce}`;
  return chain.followSafe.executeWithOptions({ summary }, [{ expectation, fromBlock, finality, owner, safe: known }]);
}

/** Puts what is new about the Safe into the state, beside the signatures that came in while it was looked at. */
function noteSafe(change: Change, { safe: seen, news, queueNews = [] }: SafeSight): void {
  const { proposal } = change.status;
  if (!proposal?.safe) return;
  const safe = withSignaturesOf(proposal.safe, seen);
  const signed = signedInQueue(proposal.safe, safe);
  change.status.proposal = withSafe(proposal, safe);
  for (const line of [...news, ...queueNews, ...signed]) change.record(line);
  change.enter('awaitingRegistration', awaited(change.status.proposal));
  change.publish();
}

function proposeAnew(change: Change, why: string): void {
  const safe = change.status.proposal?.safe;
  change.record(`${why}${safe ? describeVoid(safe) : ''} It is proposed anew.`);
  // Left and entered again, so that those who have signed in vain are told.
  if (safe && safe.signatures.length > 0) change.enter('preparing', 'a new proposal for the Safe');
}
