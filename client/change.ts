import { WorkflowNotFoundError } from '@temporalio/client';
import type { QueueSighting } from '../model/awaitedOnChain.js';
import { Failure } from '../model/failure.js';
import {
  type MessageAnswer,
  type MessageInput,
  type MessageName,
  messageSchemas,
  sightingSignal,
  transactionHashSignal,
} from '../model/messages.js';
import { readFields } from '../model/readFields.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import { type ChangeDocuments, changeDocuments } from './changeDocuments.js';
import type { Session } from './countersign.js';
import { ChangeNotFoundError, InvalidInputError, MessageRefusedError } from './errors.js';
import { type ChangeSummary, summaryOf } from './changeSummary.js';
import { type PendingWork, pendingWork } from './pendingWork.js';
import { sendUpdate } from './sendUpdate.js';
import { askStatus } from './askStatus.js';
import { translate } from './translate.js';
import { watchStatus } from './watchStatus.js';

/** Seconds that a worker is given to answer. `registered` waits for the chain. */
const patience = 30;

export interface SendOptions {
  /** Of the message: one that comes again under the same id is taken up once, and answered as the first time. */
  readonly id?: string;
}

/** One change, running or ended. */
export class Change {
  constructor(
    private readonly session: Session,
    /** Its name: the workflow id. */
    readonly id: string,
    /** Which run of that id; undefined is the newest. */
    readonly runId?: string,
  ) {}

  /**
   * The whole state.
   *
   * @throws ChangeNotFoundError; NoWorkerError
   */
  status(): Promise<ChangeStatus> {
    return this.call(() => askStatus(this.session.client, this.handle, patience * 1000));
  }

  /**
   * What the list shows of it, as it stands this very moment. Needs no worker.
   *
   * @throws ChangeNotFoundError; TemporalUnreachableError
   */
  summary(): Promise<ChangeSummary> {
    return this.call(async () => summaryOf(await this.handle.describe()));
  }

  /**
   * Hands over a transaction hash without waiting for what comes of it: it is checked on chain, and counts only then.
   * What is wrong with it goes into the record.
   *
   * @throws ChangeNotFoundError where no change of that name runs; TemporalUnreachableError
   */
  hint(transactionHash: string): Promise<void> {
    return this.call(() => this.handle.signal(transactionHashSignal, transactionHash));
  }

  /**
   * Tells that something happened in the queue of the Safe that the change waits for: it looks at once, and not when it is
   * due. Believes nothing, and does not wait for what comes of it.
   *
   * @throws ChangeNotFoundError where no change of that name runs; TemporalUnreachableError
   */
  lookAtQueue(): Promise<void> {
    const sighting: QueueSighting = { kind: 'queue' };
    return this.call(() => this.handle.signal(sightingSignal, sighting));
  }

  /** The state each time it changes, from now to the end. Nothing is polled: the server tells of new events. */
  async *watch(): AsyncGenerator<ChangeStatus, void, void> {
    try {
      yield* watchStatus(this.session, this.id, this.runId, () => this.status());
    } catch (error) {
      throw this.translated(error);
    }
  }

  /**
   * Waits for the end.
   *
   * @throws ChangeFailedError where the change failed; rejected, cancelled and expired ones answer with that phase
   */
  async result(): Promise<ChangeResult> {
    try {
      return await this.session.client.workflow.result<() => Promise<ChangeResult>>(this.id, this.runId);
    } catch (error) {
      throw this.translated(error);
    }
  }

  /**
   * What is changed, before and after, and what the owner of the contract is asked for: the documents to check before
   * anybody signs. The CVM's own is read through a worker.
   *
   * @throws ChangeNotFoundError; NoWorkerError; EngineFailureError, such as CvmNotFound
   */
  async documents(): Promise<ChangeDocuments> {
    const status = await this.status();
    return this.call(() => changeDocuments(this.session, status));
  }

  /** What is being tried right now, with the last failure of each. Empty while nothing is. */
  pending(): Promise<readonly PendingWork[]> {
    return this.call(() => pendingWork(this.handle));
  }

  /** How large the history is, and how long the workflow has run, in milliseconds. */
  execution(): Promise<{ readonly historyEvents: number; readonly elapsedMs: number }> {
    return this.call(async () => {
      const { historyLength, startTime, closeTime } = await this.handle.describe();
      return { historyEvents: historyLength, elapsedMs: (closeTime ?? new Date()).getTime() - startTime.getTime() };
    });
  }

  /**
   * Sends a message and waits for its answer.
   *
   * @throws InvalidInputError before anything is sent; MessageRefusedError where the change does not accept it: the
   *   type says why (ChangeEnded, CommitUnderWay, TransactionUnknown …), and the change goes on as before
   */
  async send<Name extends MessageName>(
    name: Name,
    message: MessageInput<Name>,
    { id }: SendOptions = {},
  ): Promise<MessageAnswer> {
    try {
      readFields(messageSchemas[name], message, { what: `message ${name}`, failure: 'InvalidMessage' });
    } catch (error) {
      throw error instanceof Failure ? new InvalidInputError(error.message) : error;
    }
    try {
      return await this.call(() => sendUpdate<MessageAnswer>(this.handle, name, message, id));
    } catch (error) {
      throw error instanceof ChangeNotFoundError ? await this.endedOrNotFound(error) : error;
    }
  }

  private get handle() {
    return this.session.client.workflow.getHandle(this.id, this.runId);
  }

  private async call<Result>(request: () => Promise<Result>): Promise<Result> {
    try {
      return await this.session.client.withDeadline(Date.now() + patience * 1000, request);
    } catch (error) {
      throw this.translated(error);
    }
  }

  private translated(error: unknown): unknown {
    return translate(error, { address: this.session.address, change: this.id, patience });
  }

  /** The server says the same of a change that has ended and of one that never was. */
  private async endedOrNotFound(error: ChangeNotFoundError): Promise<Error> {
    try {
      const { phase } = await this.status();
      return new MessageRefusedError('ChangeEnded', `The change has ended: it is ${phase}.`, 'Request a new change.');
    } catch (statusError) {
      if (statusError instanceof ChangeNotFoundError || statusError instanceof WorkflowNotFoundError) return error;
      throw statusError;
    }
  }
}
