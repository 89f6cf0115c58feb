import { describe, expect, it } from 'vitest';
import { awaitedFinality, awaitedFrom, awaitedOnChain, type ChainEvent, keysOf, kindOf } from './awaitedOnChain.js';
import { addressSchema, composeHashSchema, deviceIdSchema, safeTransactionHashSchema } from './hex.js';
import { policySchema } from './policy.js';
import type { Expectation, Proposal, RegistrationCall, RegistrationMethod } from './registration.js';

const app = addressSchema.parse('a1'.repeat(20));
const other = addressSchema.parse('a2'.repeat(20));
const kms = addressSchema.parse('c3'.repeat(20));
const safe = addressSchema.parse('d4'.repeat(20));
const composeHash = composeHashSchema.parse('e5'.repeat(32));
const deviceId = deviceIdSchema.parse('f6'.repeat(32));
const contract = { chainId: 8453, address: app };
const admission: Expectation = { kind: 'admission', contract, composeHash, deviceId };
const deployment: Expectation = {
  kind: 'deployment',
  kms: { chainId: 8453, address: kms },
  owner: null,
  composeHash,
  deviceId,
};

const call = (method: RegistrationMethod, value: string): RegistrationCall => ({
  method,
  arguments: [{ name: 'argument', type: 'bytes32', value }],
  to: app,
  data: '0x',
});

const proposal = (
  expectation: Expectation,
  calls: readonly RegistrationCall[],
  more: Partial<Proposal> = {},
): Proposal => ({
  owner: other,
  pendingOwner: null,
  registrar: 'external',
  expectation,
  calls,
  safe: null,
  fromBlock: 1,
  ...more,
});

const waiting = (of: Proposal, phase: Parameters<typeof awaitedOnChain>[0]['phase'] = 'awaitingRegistration') =>
  awaitedOnChain({ phase, blocked: null, proposal: of, policy: policySchema.parse({ finality: 3 }) });

const wakes = (awaited: readonly string[], event: ChainEvent, chainId = 8453): boolean =>
  keysOf(chainId, event).some((key) => awaited.includes(key));

const added: ChainEvent = { contract: app, name: 'ComposeHashAdded', subject: composeHash };

describe('what a change awaits on chain', () => {
  it('is found by the very events that it waits for, and by no others', () => {
    const awaited = waiting(
      proposal(admission, [
        call('addDevice', deviceId),
        call('addComposeHash', composeHash.toUpperCase().replace('0X', '0x')),
      ]),
    );
    expect(wakes(awaited, added)).toBe(true);
    expect(wakes(awaited, { contract: app, name: 'DeviceAdded', subject: deviceId })).toBe(true);
    // Where any device is allowed, this one is, too.
    expect(wakes(awaited, { contract: app, name: 'AllowAnyDeviceSet', subject: 'true' })).toBe(true);
    expect(wakes(awaited, { contract: app, name: 'AllowAnyDeviceSet', subject: 'false' })).toBe(false);
    expect(wakes(awaited, { contract: app, name: 'ComposeHashRemoved', subject: composeHash })).toBe(false);
    expect(wakes(awaited, { ...added, contract: other })).toBe(false);
    expect(wakes(awaited, { ...added, subject: deviceId })).toBe(false);
    expect(wakes(awaited, added, 1)).toBe(false);
  });

  it('is the compose hash with whatever contract, where the contract is yet to be made', () => {
    const awaited = waiting(proposal(deployment, [call('deployAndRegisterApp', other)]));
    expect(wakes(awaited, added)).toBe(true);
    expect(wakes(awaited, { ...added, contract: other })).toBe(true);
    expect(wakes(awaited, { ...added, subject: deviceId })).toBe(false);
  });

  it.each([
    ['removeComposeHash', composeHash, 'ComposeHashRemoved'],
    ['removeDevice', deviceId, 'DeviceRemoved'],
    ['setAllowAnyDevice', 'false', 'AllowAnyDeviceSet'],
  ] as const)('of an allow-list is what %s leads to', (method, value, name) => {
    const expectation: Expectation = { kind: 'allowList', contract, entries: [] };
    const awaited = waiting(proposal(expectation, [call(method, value)]));
    expect(wakes(awaited, { contract: app, name, subject: value })).toBe(true);
    expect(wakes(awaited, { contract: app, name, subject: 'true' })).toBe(false);
  });

  it('is whatever the Safe executes that was asked, too: its nonce is used up', () => {
    const transactionHash = safeTransactionHashSchema.parse('ab'.repeat(32));
    const awaited = waiting(
      proposal(admission, [call('addComposeHash', composeHash)], {
        registrar: 'safe',
        safe: {
          address: safe,
          version: '1.4.1',
          threshold: 1,
          owners: [],
          nonce: 0,
          transaction: null,
          transactionHash,
          signatures: [],
          queueUrl: null,
          batchFile: '',
        },
      }),
    );
    expect(wakes(awaited, { contract: safe, name: 'SafeTransaction', subject: transactionHash })).toBe(true);
    expect(wakes(awaited, { contract: other, name: 'SafeTransaction', subject: transactionHash })).toBe(false);
  });

  it('is another owner of the contract, too, where there is a contract', () => {
    const transferred: ChainEvent = { contract: app, name: 'OwnershipTransferred', subject: other };
    const awaited = waiting(proposal(admission, [call('addComposeHash', composeHash)]));
    expect(wakes(awaited, transferred)).toBe(true);
    expect(wakes(awaited, { ...transferred, contract: other })).toBe(false);
    expect(kindOf(transferred)).toBe('ownership');
    expect(wakes(waiting(proposal(deployment, [call('deployAndRegisterApp', other)])), transferred)).toBe(false);
  });

  it('is nothing before it waits, after it has waited, and where an owner key registers by itself', () => {
    const asked = proposal(admission, [call('addComposeHash', composeHash)]);
    expect(waiting(asked).length).toBeGreaterThan(0);
    expect(waiting(asked, 'preparing')).toEqual([]);
    expect(waiting(asked, 'verifying')).toEqual([]);
    expect(waiting({ ...asked, registrar: 'ownerKey' })).toEqual([]);
  });

  it('stays small, however many entries there are, and tells the finality', () => {
    const calls = Array.from({ length: 50 }, (_, index) => call('addDevice', `0x${String(index).padStart(64, '0')}`));
    const awaited = waiting(proposal({ kind: 'allowList', contract, entries: [] }, calls));
    expect(awaited.join().length).toBeLessThan(2_000);
    expect(awaitedFinality(awaited)).toBe(3);
    expect(awaitedFrom(awaited)).toBe(1);
    expect(awaitedFrom([])).toBe(0);
    expect(
      ['finality:safe', 'finality:finalized', 'finality:latest', 'finality:100', ''].map((one) =>
        awaitedFinality([one]),
      ),
    ).toEqual(['safe', 'finalized', 'latest', 100, 'latest']);
  });
});
