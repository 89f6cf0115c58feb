import { describe, expect, it } from 'vitest';
import { addressSchema, composeHashSchema, deviceIdSchema, safeTransactionHashSchema } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import { registrationCalls } from '../registrationCalls.js';
import { executeCall, scheduleCall } from '../timelock/operation.js';
import { canonicalMultiSends } from './multiSend.js';
import { reviewProposal } from './reviewProposal.js';
import { safeTransactionFor } from './safeTransaction.js';
import { safeTransactionHash } from './safeTransactionHash.js';

const [multiSend] = canonicalMultiSends;
if (!multiSend) throw new Error('no MultiSendCallOnly is known');
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

function proposed(of: readonly ContractCall[], through = multiSend ?? elsewhere) {
  const transaction = safeTransactionFor(of, { nonce: 4, multiSend: through });
  if (!transaction) throw new Error('nothing is proposed');
  const transactionHash = safeTransactionHash({ chainId, safe: address, transaction });
  return { address, nonce: 4, transaction, transactionHash };
}

const review = (
  of: readonly ContractCall[],
  safe: Parameters<typeof reviewProposal>[1],
  known = null as typeof app | null,
) => reviewProposal(of, safe, { chainId, multiSend: known });

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
    const onMainnet = () => reviewProposal(one, safe, { chainId: 1, multiSend: null });
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
    const nothing = { address, nonce: 4, transaction: null, transactionHash: null };
    expect(thrownBy(() => review(calls, nothing))).toMatchObject({ type: 'NotSignable' });
  });
});
