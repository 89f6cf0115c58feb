import { describe, expect, it } from 'vitest';
import { addressSchema, safeTransactionHashSchema } from './hex.js';
import { type SafeSignature, type SafeSigning, withSignaturesOf } from './safe.js';
import { describeQueue, queueEntry, type SafeQueueEntry, signedInQueue } from './safeQueue.js';

const hash = (digit: string) => safeTransactionHashSchema.parse(digit.repeat(64));
const owner = (digit: string) => addressSchema.parse(digit.repeat(40));
const signature = (of: string, more: Partial<SafeSignature> = {}): SafeSignature => ({
  owner: owner(of),
  kind: 'key',
  signature: '0x12',
  by: null,
  at: '2026-12-01T00:00:00.000Z',
  ...more,
});
const entry: SafeQueueEntry = {
  transactionHash: hash('5'),
  since: '2026-12-01T00:00:00.000Z',
  times: 1,
  url: 'https://app.safe.global/transactions/tx?id=multisig_0x1_0x5',
  rivals: [],
  trouble: null,
};
const safe: SafeSigning = {
  address: owner('a'),
  threshold: 2,
  owners: [owner('1'), owner('2'), owner('3')],
  nonce: 7,
  transaction: { to: owner('c'), data: '0x', operation: 'call', nonce: 7 },
  transactionHash: hash('5'),
  signatures: [],
};

describe('where a transaction stands in the queue of a Safe', () => {
  it('is shown with its page, and with nothing where it is not there', () => {
    expect(describeQueue({ ...safe, queue: entry })).toBe(`in Safe's queue since ${entry.since}: ${entry.url}`);
    expect(describeQueue({ ...safe, queue: { ...entry, url: null } })).toBe(`in Safe's queue since ${entry.since}`);
    expect(describeQueue({ ...safe, queue: { ...entry, since: null } })).toBeNull();
    expect(describeQueue(safe)).toBeNull();
  });

  it('is said of the transaction that it was seen for, and not of the next one', () => {
    expect(queueEntry({ ...safe, queue: entry })).toBe(entry);
    expect(queueEntry({ ...safe, transactionHash: hash('6'), queue: entry })).toBeNull();
  });

  it('outlives a reading that did not look there, and not another transaction', () => {
    const known = { ...safe, queue: entry };
    expect(withSignaturesOf(known, safe).queue).toBe(entry);
    const newer = { ...entry, times: 2 };
    expect(withSignaturesOf(known, { ...safe, queue: newer }).queue).toBe(newer);
    expect(withSignaturesOf(known, { ...safe, transactionHash: hash('6') }).queue).toBeUndefined();
  });

  it('is told of each signature that was found there, once, and counted with those that came otherwise', () => {
    const before = { ...safe, signatures: [signature('1', { by: 'alice' })] };
    const now = {
      ...safe,
      signatures: [...before.signatures, signature('2'), signature('3', { kind: 'approval' })],
    };
    expect(signedInQueue(before, now)).toEqual([
      `Signed by owner ${owner('2')} in Safe's queue: 2 of 2 that are needed.`,
    ]);
    expect(signedInQueue(now, now)).toEqual([]);
    expect(signedInQueue(now, null)).toEqual([]);
    expect(signedInQueue(null, { ...safe, signatures: [signature('1')] })).toHaveLength(1);
  });
});
