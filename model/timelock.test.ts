import { describe, expect, it } from 'vitest';
import { addressSchema } from './hex.js';
import {
  describeOperation,
  describeSeconds,
  isReadyAfter,
  nextStep,
  type TimelockOperation,
  type TimelockProposal,
} from './timelock.js';

const address = addressSchema.parse('a0'.repeat(20));
const call = { method: 'schedule', arguments: [], to: address, data: '0x' } as const;

const timelockIn = (state: TimelockOperation['state'], readyAt: string | null = null): TimelockProposal => ({
  address,
  operation: { id: '0x1d', state, readyAt },
  salt: '0x5a',
  delaySeconds: 2 * 86_400,
  schedule: { call, by: [address], safe: null },
  execution: { call: { ...call, method: 'execute' }, by: 'unknown', safe: null },
});

describe('an operation of a timelock', () => {
  it('is described with who has to act, and from when on', () => {
    const at = '2026-12-01T12:00:00.000Z';
    const texts = [timelockIn('unscheduled'), timelockIn('scheduled', at), timelockIn('ready', at)];
    expect(texts.map(describeOperation)).toEqual([
      `the timelock's operation 0x1d is to be scheduled by ${address}; it is ready 2 days later`,
      `the timelock's operation 0x1d is ready at ${at}; one of its executors may execute it then`,
      `the timelock's operation 0x1d is ready since ${at}; one of its executors may execute it`,
    ]);
    expect(describeOperation(timelockIn('cancelled'))).toContain('is cancelled');
  });

  it('is scheduled first and executed later; after its end nothing is to be called', () => {
    const next = (state: TimelockOperation['state']) => nextStep(timelockIn(state))?.call.method ?? null;
    expect(next('unscheduled')).toBe('schedule');
    expect(next('scheduled')).toBe('execute');
    expect(next('ready')).toBe('execute');
    expect(next('executed')).toBeNull();
    expect(next('cancelled')).toBeNull();
  });

  it('is compared with a deadline by its time, and by its delay while it has none', () => {
    const now = Date.parse('2026-12-01T00:00:00Z');
    expect(isReadyAfter('2026-12-02T23:59:59Z', timelockIn('unscheduled'), now)).toBe(true);
    expect(isReadyAfter('2026-12-03T00:00:00Z', timelockIn('unscheduled'), now)).toBe(false);
    expect(isReadyAfter('2026-12-02T00:00:00Z', timelockIn('scheduled', '2026-12-05T00:00:00Z'), now)).toBe(true);
    expect(isReadyAfter('2026-12-06T00:00:00Z', timelockIn('scheduled', '2026-12-05T00:00:00Z'), now)).toBe(false);
    expect(isReadyAfter('2026-12-01T00:00:00Z', timelockIn('executed'), now)).toBe(false);
  });
});

it('a number of seconds is said in days, hours, minutes and seconds', () => {
  expect([0, 1, 61, 3_600, 90_061, 172_800].map(describeSeconds)).toEqual([
    '0 seconds',
    '1 second',
    '1 minute 1 second',
    '1 hour',
    '1 day 1 hour 1 minute 1 second',
    '2 days',
  ]);
});
