import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { commitUnderWay } from '../model/decisions.js';
import { Failure } from '../model/failure.js';
import type { TransactionHash } from '../model/hex.js';
import { hasEnded } from '../model/phases.js';
import type { Registration } from '../model/registration.js';
import { chain } from './activities.js';
import type { Change } from './change.js';
import { stepFailureOf } from './stepFailure.js';

/** Hashes that may be looked at, or kept until there is something to look for, at a time. */
const capacity = 10;

/** Hashes from senders who do not wait that are looked at for one registration: each look stays in the history. */
const mostTaken = 100;

/**
 * What people and webhooks say about the registration. A hint is never proof: it is checked on chain, and counts only
 * then. It may come at any time, more than once, and be wrong.
 */
export class Hints {
  /** The registration that a hint led to; null until one did. */
  accepted: Registration | null = null;
  /** Delivered before the change was ready, to be looked at when it is. */
  private readonly early: TransactionHash[] = [];
  private readonly looking = new Set<TransactionHash>();
  private checks = 0;
  private taken = 0;
  private scope = new CancellationScope();

  constructor(private readonly change: Change) {}

  /** @throws Failure TooManyMessages */
  admit(): void {
    if (this.checks >= capacity) {
      throw new Failure('TooManyMessages', `${capacity} transaction hashes are being looked at already.`);
    }
  }

  /**
   * Takes a hash from a sender who does not wait. What is wrong with it goes into the record. Thousands may come at
   * once, and all of them in one task: those that are not looked at cost next to nothing.
   */
  take(transactionHash: TransactionHash): Promise<void> | undefined {
    const { status } = this.change;
    if (status.proposal === null) {
      if (this.early.length < capacity && !this.early.includes(transactionHash)) this.early.push(transactionHash);
      return undefined;
    }
    // The registration itself is found without a hint, too.
    if (this.checks >= capacity || this.taken > mostTaken || hasEnded(status.phase) || commitUnderWay(status)) {
      return undefined;
    }
    if (this.taken++ < mostTaken) return this.check(transactionHash, null).then(undefined, unlessExpected);
    this.change.record(`${mostTaken} hashes came by signal, and none was the registration: no more are looked at.`);
    return undefined;
  }

  /**
   * Takes what the watcher of the chain has seen. It tells of each transaction a few times at the most, and only who
   * waits: whoever floods the change with hashes does not keep this one out.
   */
  sighted(transactionHash: TransactionHash): Promise<void> | undefined {
    const { proposal, phase } = this.change.status;
    const looksAlready = this.looking.has(transactionHash) || this.checks >= capacity;
    if (proposal === null || looksAlready || this.accepted || hasEnded(phase) || commitUnderWay(this.change.status)) {
      return undefined;
    }
    return this.check(transactionHash, null).then(undefined, unlessExpected);
  }

  /** Looks at what was delivered too early. */
  async takeEarly(): Promise<void> {
    await Promise.all(this.early.splice(0).map((transactionHash) => this.take(transactionHash)));
  }

  /**
   * Checks a hint on chain.
   *
   * @throws ActivityFailure with the reason why it is not accepted; CancelledFailure where it is not needed any more
   */
  async check(transactionHash: TransactionHash | null, by: string | null): Promise<Registration> {
    const { status } = this.change;
    const { proposal } = status;
    if (proposal === null) throw new Failure('MessageOutOfPlace', 'Nothing has to be registered yet.');
    const { expectation, fromBlock } = proposal;
    this.checks++;
    if (transactionHash) this.looking.add(transactionHash);
    try {
      const summary = transactionHash ? `check ${transactionHash}` : 'look for the registration';
      const registration = await this.scope.run(() =>
        chain.checkRegistration.executeWithOptions({ summary }, [
          { expectation, fromBlock, finality: status.policy.finality, transactionHash },
        ]),
      );
      this.accepted = registration;
      this.change.record(`Registered: ${registration.transactionHash ?? 'seen on chain'}.`, { by });
      return registration;
    } catch (error) {
      const failure = stepFailureOf(error);
      if (failure) this.change.record(`Not accepted: ${failure.message}`, { by });
      throw error;
    } finally {
      this.checks--;
      if (transactionHash) this.looking.delete(transactionHash);
    }
  }

  /** Starts anew: what was accepted, and what is still being looked at, belonged to an earlier registration. */
  reset(): void {
    this.scope.cancel();
    this.scope = new CancellationScope();
    this.accepted = null;
    this.taken = 0;
  }
}

/** What is wrong with a hint stands in the record; anything else is a bug. */
function unlessExpected(error: unknown): void {
  if (stepFailureOf(error) === null && !isCancellation(error)) throw error;
}
