import { defineQuery, defineSignal, defineUpdate, isCancellation, setHandler } from '@temporalio/workflow';
import { safeParse } from 'zod';
import type { QueueSighting, Sighting } from '../model/awaitedOnChain.js';
import { admit, admitDeadline, admitRenewal, commitUnderWay } from '../model/decisions.js';
import { Failure } from '../model/failure.js';
import { transactionHashSchema } from '../model/hex.js';
import type { ChangeKind } from '../model/kinds.js';
import {
  type Message,
  type MessageAnswer,
  type MessageInput,
  type MessageName,
  messageDescriptions,
  messageSchemas,
  sightingSignal,
  statusQuery,
  transactionHashSignal,
} from '../model/messages.js';
import { readFields } from '../model/readFields.js';
import type { ChangeStatus } from '../model/status.js';
import { atRest } from './atRest.js';
import { atTheLatest } from './atTheLatest.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';
import { refusal, refusing } from './refusing.js';
import type { Signatures } from './signatures.js';
import { stepFailureOf } from './stepFailure.js';

/** What a withdrawn change leaves behind. */
const untouched: Readonly<Record<ChangeKind, string>> = {
  update: 'The CVM was not changed.',
  adopt: 'The CVM was not changed. Whoever holds the commit token can still commit what is registered.',
  replicate: 'No replica was made.',
  provision: 'No CVM was made.',
  allowlist: 'Nothing more is sent; what the owners have signed already may still be executed by them.',
};

/** Ends the change, and says whether that is certain already. */
function withdraw(
  change: Change,
  phase: 'rejected' | 'cancelled',
  { by, reason }: Message<'cancel' | 'reject'>,
): string {
  const { status } = change;
  const word = phase === 'rejected' ? 'Rejected' : 'Cancelled';
  change.withdraw(phase, `${word} by ${by}${reason ? `: ${reason}` : '.'}`);
  if (!commitUnderWay(status)) return `The change is ${phase}. ${untouched[status.kind]}`;
  change.record(`To be ${phase}, where the commit took no effect.`, { by, reason: reason ?? null });
  return `The commit may have taken effect. Where a look shows that it did not, the change ends as ${phase}; else it completes.`;
}

/** Sets every handler of a change. Called before its first await: no message ever finds it unprepared. */
export function setHandlers(change: Change, hints: Hints, signatures: Signatures): void {
  const { status } = change;

  setHandler(defineQuery<ChangeStatus>(statusQuery), () => status, {
    description: 'The whole state of the change: phase, what is awaited, hashes, proposal, record.',
  });

  setHandler(
    defineSignal<[unknown]>(transactionHashSignal),
    (delivered) => {
      const parsed = safeParse(transactionHashSchema, delivered);
      if (parsed.success) return hints.take(parsed.data);
      change.record('Ignored what was delivered as a transaction hash: it is malformed.');
      return undefined;
    },
    { description: 'The hash of the transaction that registered the compose hash: "0x…". It is checked on chain.' },
  );

  setHandler(
    defineSignal<[Sighting | QueueSighting]>(sightingSignal),
    async (sighting) => {
      await atRest();
      if (sighting.kind === 'registration') await hints.sighted(sighting.transactionHash);
      else change.staleLooks++;
    },
    { description: 'Sent by the watcher of the chain, or the gateway: what it waits for was seen. It looks itself.' },
  );

  answer(
    change,
    'registered',
    async ({ transactionHash, by }) => {
      const registration = await hints.check(transactionHash ?? null, by).catch((error: unknown) => {
        // Found another way while this message was being looked at: what its sender wanted has happened.
        if (isCancellation(error) && status.registration) return status.registration;
        return answerable(error);
      });
      const { blockNumber, final, finality } = registration;
      const where = `block ${blockNumber}${final ? '' : `, which is not yet ${finality}`}`;
      return `The registration stands in ${where}.`;
    },
    () => hints.admit(),
  );

  answer(
    change,
    'sign',
    (message) => signatures.take(message).catch(answerable),
    () => signatures.admit(),
  );

  answer(change, 'reject', (message) => withdraw(change, 'rejected', message));
  answer(change, 'cancel', (message) => withdraw(change, 'cancelled', message));

  answer(
    change,
    'extend',
    ({ by, reason, deadline }) => {
      status.deadline = deadline;
      change.record(`Deadline moved to ${deadline}.`, { by, reason: reason ?? null });
      return `The change waits until ${deadline}.`;
    },
    ({ deadline }) => admitDeadline(deadline, status, Date.now()),
  );

  answer(change, 'pause', ({ by, reason }) => {
    status.paused = true;
    change.record('Paused before the commit.', { by, reason: reason ?? null });
    return 'The change is held before its commit; registration goes on.';
  });

  answer(change, 'resume', ({ by, reason }) => {
    status.paused = false;
    change.record('Resumed.', { by, reason: reason ?? null });
    return 'The change goes on.';
  });

  answer(change, 'retry', ({ by, reason }) => {
    change.record('Retried.', { by, reason: reason ?? null });
    change.retry();
    return 'The change tries again.';
  });

  answer(
    change,
    'renew',
    ({ by, reason, token, expiresAt = atTheLatest() }) => {
      if (!change.tokens?.offer({ token, expiresAt })) {
        return 'A token at least as new is known already: this one is kept in case that one is refused.';
      }
      status.tokenExpiresAt = expiresAt;
      change.record('A fresh commit token was given.', { by, reason: reason ?? null });
      if (status.blocked?.failure === 'CommitTokenVoid') change.retry();
      return 'The change commits with this token.';
    },
    (message) => {
      admitRenewal(message, status);
      change.tokens?.admit(status.blocked?.failure === 'CommitTokenVoid');
    },
  );

  answer(change, 'comment', ({ by, reason }) => {
    change.record('Remark.', { by, reason });
    return 'The remark is in the record.';
  });
}

/**
 * Sets the handler of one message. Malformed or out of place, it is refused by the validator: the sender gets the
 * reason, and the history nothing.
 */
function answer<Name extends MessageName>(
  change: Change,
  name: Name,
  handle: (message: Message<Name>) => string | Promise<string>,
  admitMore: (message: Message<Name>) => void = () => {},
): void {
  const read = (input: MessageInput<Name>): Message<Name> =>
    // The table has the schema of this very name; TypeScript cannot follow the index.
    readFields(messageSchemas[name], input, { what: `message ${name}`, failure: 'InvalidMessage' }) as Message<Name>;
  const accept = (input: MessageInput<Name>): Message<Name> => {
    const message = read(input);
    admit(name, change.status);
    admitMore(message);
    return message;
  };
  setHandler(
    defineUpdate<MessageAnswer, [MessageInput<Name>]>(name),
    async (input) => {
      // Read once more: the validator hands nothing on.
      const message = refusing(() => accept(input));
      const summary = await handle(message);
      return { phase: change.status.phase, summary };
    },
    { validator: (input) => void refusing(() => accept(input)), description: messageDescriptions[name] },
  );
}

function answerable(error: unknown): never {
  if (error instanceof Failure) throw refusal(error);
  const failure = stepFailureOf(error);
  if (failure) throw failure.toApplicationFailure();
  if (!isCancellation(error)) throw error;
  throw refusal(new Failure('MessageOutOfPlace', 'The change has gone on meanwhile without this message.'));
}
