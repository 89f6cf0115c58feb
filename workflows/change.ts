import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { awaitedOnChain } from '../model/awaitedOnChain.js';
import { commitUnderWay, withdrawable } from '../model/decisions.js';
import type { Target } from '../model/descriptions.js';
import { type CoursePhase, type EndPhase, hasEnded, type Phase } from '../model/phases.js';
import { calledContract } from '../model/registration.js';
import { searchAttributes as names } from '../model/searchAttributes.js';
import type { ChangeStatus } from '../model/status.js';
import { currentDetails } from './currentDetails.js';
import type { GivenTokens } from './givenTokens.js';
import type { News } from './notifications.js';
import { type StepFailure, stepFailureOf } from './stepFailure.js';
import { Withdrawal } from './withdrawal.js';

/** The newest lines of the record that are kept. */
const recordLength = 100;

interface BlockOptions {
  /** What lifts the block beside a `retry`. */
  readonly unblockedBy?: (() => boolean) | undefined;
}

interface AttemptOptions extends BlockOptions {
  /** Whether people have done their part: then what is wrong with the request blocks. Default: where something is registered. */
  readonly registered?: boolean;
}

/**
 * A change while it runs: its state, and the three ways in which a step of the course ends before its time, which are
 * withdrawal, a block that an operator lifts, and a failure that the course decides about.
 */
export class Change {
  /** What this deployment tells beside the ends; null where it tells nothing, undefined while that is not known. */
  notifies: Target['notifies'] | undefined;
  /** Operations of a timelock that were executed or cancelled in vain: none is taken twice. */
  usedOperations = 0;
  /** How often a message, or the watcher of the chain, has told that what is looked at has moved. */
  staleLooks = 0;
  /** Hashes of Safe transactions that the relayer was asked to execute: none is asked for twice. */
  readonly relayed = new Set<string>();
  /** How often the sender of a key was asked for something: each order has an id of its own. */
  orders = 0;
  private withdrawal: Withdrawal | null = null;
  private step: CancellationScope | null = null;
  private retries = 0;

  constructor(
    readonly status: ChangeStatus,
    private readonly onNews: (news: News) => void,
    /** What was given from outside to commit with; null where the change prepares by itself. */
    readonly tokens: GivenTokens | null = null,
  ) {}

  enter(phase: Phase, awaiting: string | null = null): void {
    const { status } = this;
    const entered = status.phase !== phase;
    status.phase = phase;
    status.awaiting = awaiting;
    if (entered) this.onNews('phase');
  }

  /** Says that something has happened which is no phase of its own. */
  tell(news: Exclude<News, 'phase'>): void {
    this.onNews(news);
  }

  /** Puts a line into the record. */
  record(what: string, { by = null, reason = null }: { by?: string | null; reason?: string | null } = {}): void {
    this.status.events.push({ at: new Date().toISOString(), what, by, reason });
    this.status.events.splice(0, this.status.events.length - recordLength);
  }

  /**
   * Ends the change at the next chance; while a commit may be on its way, only once a look has shown that it did nothing.
   *
   * @returns whether it still can be: what took effect is not withdrawn, and nothing is withdrawn twice
   */
  withdraw(phase: Withdrawal['phase'], summary: string): boolean {
    const { status } = this;
    // The deadline is one for the registration: a commit is beyond it.
    const possible = phase === 'expired' ? !commitUnderWay(status) : withdrawable(status);
    if (!possible || status.withdrawal || hasEnded(status.phase)) return false;
    this.withdrawal = new Withdrawal(phase, summary);
    status.withdrawal = { phase, summary };
    this.step?.cancel();
    return true;
  }

  /** Lets the steps run that find out whether a withdrawal came too late. It stays in the state meanwhile. */
  settle(): void {
    this.withdrawal = null;
    this.status.blocked = null;
  }

  /**
   * Something took effect: from here on the change goes to its end.
   *
   * @returns the withdrawal that came too late; null where there was none
   */
  tookEffect(): ChangeStatus['withdrawal'] {
    const { withdrawal } = this.status;
    if (withdrawal) this.record(`Too late, as the change has taken effect: ${withdrawal.summary}`);
    this.withdrawal = null;
    this.status.withdrawal = null;
    return withdrawal;
  }

  /** Lifts a block. */
  retry(): void {
    this.retries++;
  }

  /** @throws Withdrawal */
  async until(fulfilled: () => boolean): Promise<void> {
    this.publish();
    await condition(() => fulfilled() || this.withdrawal !== null);
    this.checkWithdrawal();
  }

  /** @throws Withdrawal, before its time */
  async sleep(milliseconds: number, summary: string): Promise<void> {
    this.publish();
    await condition(() => this.withdrawal !== null, milliseconds, { summary });
    this.checkWithdrawal();
  }

  /**
   * Runs one step. A withdrawal cancels it.
   *
   * @throws Withdrawal; StepFailure where the step failed for a named reason
   */
  async run<Result>(step: () => Promise<Result>): Promise<Result> {
    this.checkWithdrawal();
    this.publish();
    this.step = new CancellationScope();
    try {
      return await this.step.run(step);
    } catch (error) {
      const failure = stepFailureOf(error);
      // A cancelled activity whose worker has died ends by a timeout, one whose attempt had just failed by that failure:
      // nothing is tried again.
      if (isCancellation(error) || isTimeout(error) || failure?.passes) this.checkWithdrawal();
      throw failure ?? error;
    } finally {
      this.step = null;
    }
  }

  /**
   * Runs one step until it is done: where somebody has to put something right first, the change is blocked and then
   * tries again.
   *
   * @throws Withdrawal; StepFailure where trying again is not the answer
   */
  async attempt<Result>(
    step: () => Promise<Result>,
    { unblockedBy, registered }: AttemptOptions = {},
  ): Promise<Result> {
    for (;;) {
      try {
        return await this.run(step);
      } catch (error) {
        const failure = stepFailureOf(error);
        const done = registered ?? this.status.registration !== null;
        if (failure?.decide({ registered: done }) !== 'block') throw error;
        await this.block(failure, { unblockedBy });
      }
    }
  }

  /** Waits for an operator's `retry`. @throws Withdrawal */
  async block(failure: StepFailure, { unblockedBy = () => false }: BlockOptions = {}): Promise<void> {
    const { status } = this;
    const { awaiting } = status;
    const phase = status.phase as CoursePhase; // Only steps of the course block, and they run in its phases.
    const { effect, remedy } = failure.details;
    const since = new Date().toISOString();
    status.blocked = { phase, failure: failure.type, message: failure.message, remedy, effect, since };
    this.record(`Blocked: ${failure.message}`);
    this.enter('blocked', remedy);
    const before = this.retries;
    await this.until(() => this.retries > before || unblockedBy());
    status.blocked = null;
    this.enter(phase, awaiting);
  }

  /** Ends the change. */
  end(phase: EndPhase, summary: string): void {
    this.status.blocked = null;
    this.status.withdrawal = null;
    this.record(summary);
    this.enter(phase);
    this.publish();
  }

  /**
   * Shows the state outside: the details in the Web UI (no event), and the search attributes. Those are an event in the
   * history each time, so they go out with a new phase, and only what has changed. Called where the change is about to
   * wait.
   */
  publish(): void {
    setCurrentDetails(currentDetails(this.status));
    const known = workflowInfo().typedSearchAttributes;
    const changed = attributesOf(this.status).filter(({ key, value }) => !isSame(known.get(key) ?? null, value));
    if (changed.some(({ key }) => key.name === names.changePhase)) upsertSearchAttributes(changed);
  }

  /** @throws Withdrawal */
  checkWithdrawal(): void {
    if (this.withdrawal) throw this.withdrawal;
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function attributesOf(status: ChangeStatus): SearchAttributeUpdatePair[] {
  const { phase, cvmId, appId, composeHash, proposal } = status;
  const keyword = (name: string, value: string | null): SearchAttributeUpdatePair[] =>
    value === null ? [] : [{ key: defineSearchAttributeKey(name, 'KEYWORD'), value }];
  const chainId = proposal && calledContract(proposal.expectation).chainId;
  const awaited = awaitedOnChain(status);
  return [
    ...keyword(names.changePhase, phase),
    ...keyword(names.cvmId, cvmId),
    ...keyword(names.appId, appId),
    ...keyword(names.composeHash, composeHash),
    ...keyword(names.registrar, proposal?.registrar ?? null),
    ...(chainId === null ? [] : [{ key: defineSearchAttributeKey(names.chainId, 'INT'), value: chainId }]),
    {
      key: defineSearchAttributeKey(names.awaitedOnChain, 'KEYWORD_LIST'),
      value: awaited.length > 0 ? [...awaited] : null,
    },
  ];
}
