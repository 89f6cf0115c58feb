import { describe, expect, it } from 'vitest';
import { registrationCalls } from '../../chain/registrationCalls.js';
import { safeTransactionFor } from '../../chain/safe/safeTransaction.js';
import { safeTransactionHash } from '../../chain/safe/safeTransactionHash.js';
import { executeCall, scheduleCall } from '../../chain/timelock/operation.js';
import { addressSchema, composeHashSchema, deviceIdSchema, safeTransactionHashSchema } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import type { SafeProposal } from '../../model/safe.js';
import { reviewToSign } from './reviewToSign.js';

const multiSend = addressSchema.parse('9641d764fc13c8b624c04430c7356c1c7c8102e2');
const address = addressSchema.parse('cd'.repeat(20));
const app = addressSchema.parse('ab'.repeat(20));
const elsewhere = addressSchema.parse('99'.repeat(20));
const timelock = addressSchema.parse('77'.repeat(20));
const salt = `0x${'55'.repeat(32)}` as const;
const chainId = 8453;

const calls = registrationCalls(app, [
  { list: 'devices', deviceId: deviceIdSchema.parse('34'.repeat(32)), allowed: true },
  { list: 'composeHashes', composeHash: composeHashSchema.parse('12'.repeat(32)), allowed: true },
  { list: 'anyDevice', allowed: false },
]);
const one = calls.slice(1, 2);

const state = {
  ...{ address, version: '1.4.1', threshold: 1, owners: [], nonce: 4 },
  ...{ signatures: [], queueUrl: null, batchFile: '' },
};

function proposed(of: readonly ContractCall[], through = multiSend) {
  const transaction = safeTransactionFor(of, { nonce: 4, multiSend: through });
  if (!transaction) throw new Error('nothing is proposed');
  const transactionHash = safeTransactionHash({ chainId, safe: address, transaction });
  return { ...state, transaction, transactionHash };
}

const review = (calls: readonly ContractCall[], safe: SafeProposal, known: typeof app | null = null) =>
  reviewToSign({ calls, safe, chainId }, known);

const inconsistent = { type: 'ProposalInconsistent' };
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a proposal as its signers get it', () => {
  it.each([
    ['one call', one],
    ['several calls', calls],
    ['the scheduling of one call', [scheduleCall(timelock, one, salt, 60)]],
    ['the scheduling of several', [scheduleCall(timelock, calls, salt, 60)]],
    ['the execution of several', [executeCall(timelock, calls, salt)]],
  ])('is made anew from what people get to see: %s', (_what, of) => {
    const safe = proposed(of);
    const { transaction, transactionHash } = review(of, safe);
    expect({ transaction, transactionHash }).toEqual({
      transaction: safe.transaction,
      transactionHash: safe.transactionHash,
    });
  });

  it('is refused where the calldata is another than method and argument say', () => {
    const [call] = one;
    if (!call) throw new Error('no call');
    const other = { ...call, arguments: [{ name: 'composeHash', type: 'bytes32', value: `0x${'13'.repeat(32)}` }] };
    expect(thrownBy(() => review([other], proposed(one)))).toMatchObject(inconsistent);
  });

  it('is refused where the transaction makes other calls, or goes elsewhere', () => {
    expect(thrownBy(() => review(one, proposed(calls)))).toMatchObject(inconsistent);
    expect(thrownBy(() => review(calls, proposed(calls.slice(0, 2))))).toMatchObject(inconsistent);
    const safe = proposed(one);
    const moved = { ...safe, transaction: { ...safe.transaction, to: elsewhere } };
    expect(thrownBy(() => review(one, moved))).toMatchObject(inconsistent);
    const delegated = { ...safe, transaction: { ...safe.transaction, operation: 'delegateCall' as const } };
    expect(thrownBy(() => review(one, delegated))).toMatchObject(inconsistent);
  });

  it('is refused where the hash belongs to another nonce, Safe or chain', () => {
    const safe = proposed(one);
    const transactionHash = safeTransactionHashSchema.parse('00'.repeat(32));
    expect(thrownBy(() => review(one, { ...safe, transactionHash }))).toMatchObject(inconsistent);
    expect(thrownBy(() => review(one, { ...safe, nonce: 5 }))).toMatchObject(inconsistent);
    expect(thrownBy(() => review(one, { ...safe, address: elsewhere }))).toMatchObject(inconsistent);
    const onMainnet = () => reviewToSign({ calls: one, safe, chainId: 1 }, null);
    expect(thrownBy(onMainnet)).toMatchObject(inconsistent);
  });

  it('hands the Safe over to no contract that its signer does not know', () => {
    const safe = proposed(calls, elsewhere);
    expect(thrownBy(() => review(calls, safe))).toMatchObject({
      ...inconsistent,
      message: expect.stringContaining(`The Safe would hand itself over to ${elsewhere}`),
    });
    expect(review(calls, safe, elsewhere).transactionHash).toBe(safe.transactionHash);
  });

  it('cannot be signed where its form is not known', () => {
    const nothing = { ...state, transaction: null, transactionHash: null };
    expect(thrownBy(() => review(calls, nothing))).toMatchObject({ type: 'NotSignable' });
  });
});
