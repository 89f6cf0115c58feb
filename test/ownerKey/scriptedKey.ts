import { ApplicationFailure } from '@temporalio/activity';
import { numberToHex } from 'viem';
import { addressSchema, transactionHashSchema } from '../../model/hex.js';
import type { SendingActivities, SendingOrder, SignedTransaction } from '../../model/sending.js';

const receiver = addressSchema.parse('a1'.repeat(20));

/** An order of one call, told from others by its calldata. */
export const orderOf = (number: number): SendingOrder => ({
  id: `order-${number}`,
  work: {
    kind: 'call',
    call: { method: 'call', arguments: [], to: receiver, data: numberToHex(number, { size: 32 }) },
  },
});

type Sending = Pick<SendingActivities, 'signCall' | 'signReplacement' | 'sendTransactions'>;

/** A key and its chain in memory, behind the activities of its sender: what is mined, and when, the test says. */
export class ScriptedKey implements Sending {
  /** Whether the transactions of a nonce are mined when they are sent. */
  mines: (nonce: number) => boolean = () => true;
  /** Nonces that somebody else has in the pool: the next free one comes after them. */
  readonly foreign = new Set<number>();
  /** What was signed, in order. */
  readonly signed: { readonly nonce: number; readonly data: string }[] = [];
  /** Nonces that were used for nothing. */
  readonly voided: number[] = [];
  /** Hashes of what was sent, by nonce. */
  readonly sent = new Map<number, Set<string>>();
  private readonly mined = new Set<number>();

  readonly signCall: Sending['signCall'] = async ({ work, taken }) => {
    if (work.kind !== 'call') throw new Error('only calls are scripted');
    const nonces = new Set([...taken.map(({ nonce }) => nonce), ...this.foreign, ...this.mined]);
    let nonce = 0;
    while (nonces.has(nonce)) nonce++;
    const { method, data } = work.call;
    this.signed.push({ nonce, data });
    return { method, data, signed: transaction(nonce, this.signed.length), remaining: 0 };
  };

  readonly signReplacement: Sending['signReplacement'] = async ({ nonce }) => {
    this.voided.push(nonce);
    return transaction(nonce, 1_000 + this.voided.length);
  };

  readonly sendTransactions: Sending['sendTransactions'] = async ({ transactions }) => {
    const newest = transactions.at(-1);
    if (!newest) throw new Error('there is nothing to send');
    const { nonce, transactionHash } = newest;
    this.sent.set(nonce, (this.sent.get(nonce) ?? new Set()).add(transactionHash));
    const gap = this.gapBelow(nonce);
    if (gap !== null) return { state: 'stuck', why: 'gap', nextNonce: gap };
    if (!this.mines(nonce)) throw notYet();
    this.mined.add(nonce);
    return { state: 'mined', transactionHash };
  };

  /** The lowest nonce below that no transaction has; null where there is none. */
  private gapBelow(nonce: number): number | null {
    for (let lower = 0; lower < nonce; lower++) {
      if (!this.sent.has(lower) && !this.foreign.has(lower)) return lower;
    }
    return null;
  }
}

const notYet = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'RegistrationPending',
    message: 'not mined yet',
    category: 'BENIGN',
    nextRetryDelay: '200 milliseconds',
  });

const transaction = (nonce: number, number: number): SignedTransaction => ({
  transaction: `sealed:${number}`,
  transactionHash: transactionHashSchema.parse(numberToHex(number, { size: 32 })),
  nonce,
  gas: '1',
  maxFeePerGas: '1',
  maxPriorityFeePerGas: '1',
  blockNumber: 1,
});
