import { CancellationScope } from '@temporalio/workflow';
import { Failure } from '../model/failure.js';
import type { Message } from '../model/messages.js';
import { calledContract } from '../model/registration.js';
import { describeSigned, isSigned, type SafeProposal, type SafeSignature } from '../model/safe.js';
import { queueEntry } from '../model/safeQueue.js';
import { safeToSign, withSafe } from '../model/signing.js';
import { chain } from './activities.js';
import { awaited } from './awaited.js';
import type { Change } from './change.js';
import { stepFailureOf } from './stepFailure.js';

/** Signatures that may be looked at at a time. */
const capacity = 20;

/**
 * The signatures that owners of a Safe deliver. None is taken on trust: the Safe itself is asked, and counts as one what
 * it accepts. They may come in any order, at once, and more than once.
 */
export class Signatures {
  private checks = 0;
  private readonly scope = new CancellationScope();

  constructor(private readonly change: Change) {}

  /** @throws Failure TooManyMessages */
  admit(): void {
    if (this.checks < capacity) return;
    throw new Failure('TooManyMessages', `${capacity} signatures are being looked at already.`);
  }

  /**
   * Takes a signature of one owner.
   *
   * @returns one sentence: how many have signed
   * @throws Failure SignatureOfAnotherTransaction, OwnerHasSigned; ActivityFailure with the reason why it is not accepted
   */
  async take({ by, signature, owner, safeTransactionHash }: Message<'sign'>): Promise<string> {
    const safe = this.wanted();
    if (safeTransactionHash !== undefined && safeTransactionHash !== safe.transactionHash) {
      throw anotherTransaction(safeTransactionHash, safe);
    }
    const delivered = safe.signatures.find((one) => one.signature === signature);
    if (delivered) return `${delivered.owner} has signed already: ${describeSigned(safe)}.`;
    const { proposal } = this.change.status;
    if (!proposal || !safe.transaction) throw nothingToSign();
    const { chainId } = calledContract(proposal.expectation);
    const { address, transaction } = safe;
    this.checks++;
    try {
      const summary = `check a signature for the Safe ${address}, nonce ${transaction.nonce}`;
      const accepted = await this.scope.run(() =>
        chain.checkSignature.executeWithOptions({ summary }, [
          { chainId, safe: address, transaction, signature, owner: owner ?? null },
        ]),
      );
      const { safe: stand, ...given } = accepted;
      return this.note(safe, stand, { ...given, by, at: new Date().toISOString() });
    } catch (error) {
      this.noteRefusal(error, by);
      throw error;
    } finally {
      this.checks--;
    }
  }

  /** What is still being looked at is not needed any more. */
  close(): void {
    this.scope.cancel();
  }

  private note(signed: SafeProposal, stand: Pick<SafeProposal, 'owners' | 'threshold'>, given: SafeSignature): string {
    const { change } = this;
    const { status } = change;
    const safe = this.wanted();
    if (safe.transactionHash !== signed.transactionHash) throw anotherTransaction(signed.transactionHash, safe);
    const known = safe.signatures.find(({ owner }) => owner === given.owner);
    // The same one delivered twice at once, or in another spelling of its last byte.
    if (known?.signature === given.signature) return `${known.owner} has signed already: ${describeSigned(safe)}.`;
    if (known) {
      throw new Failure(
        'OwnerHasSigned',
        `${known.owner} has signed already, at ${known.at}: ${describeSigned(safe)}.`,
      );
    }
    const signatures = [...safe.signatures, given].filter(({ owner }) => stand.owners.includes(owner));
    const now = { ...safe, ...stand, signatures };
    if (status.proposal) status.proposal = withSafe(status.proposal, { ...stand, signatures });
    // The look that is under way does not know it yet, and is to bring it to the queue.
    if (queueEntry(safe)?.since) change.staleLooks++;
    change.record(`Signed by owner ${given.owner}: ${signatures.length} of ${stand.threshold} that are needed.`, {
      by: given.by,
    });
    if (status.phase === 'awaitingRegistration' && status.proposal) status.awaiting = awaited(status.proposal);
    change.publish();
    return `${given.owner} has signed: ${describeSigned(now)}.${isSigned(now) ? ' Anyone may execute it now.' : ''}`;
  }

  private noteRefusal(error: unknown, by: string): void {
    const failure = stepFailureOf(error);
    if (!failure) return;
    this.change.record(`Signature not accepted: ${failure.message}`, { by });
    // The Safe stands elsewhere than the change knows: it is looked at now, not at the next poll.
    if (failure.type === 'SafeNonceTaken') this.change.staleLooks++;
  }

  /** @throws Failure where it is not wanted any more */
  private wanted(): SafeProposal {
    const { proposal, registration } = this.change.status;
    const safe = proposal && registration === null ? safeToSign(proposal) : null;
    if (safe) return safe;
    throw nothingToSign();
  }
}

const nothingToSign = (): Failure =>
  new Failure('MessageOutOfPlace', 'The change has gone on meanwhile: nothing has to be signed any more.');

const anotherTransaction = (signed: string | null, { transactionHash, nonce }: SafeProposal): Failure =>
  new Failure(
    'SignatureOfAnotherTransaction',
    `It was made for ${signed}; the proposal is ${transactionHash} now, with nonce ${nonce}.`,
  );
