import { describe, expect, it } from 'vitest';
import { admit, admitDeadline, decide } from './decisions.js';
import { Failure } from './failure.js';
import { type FailureClass, failures } from './failures.js';
import { type MessageName, messageSchemas } from './messages.js';
import { type Phase, phases } from './phases.js';
import type { Blockage, ChangeStatus } from './status.js';

const messages = Object.keys(messageSchemas) as MessageName[];

/** A change as far as the decisions look at it. */
function change(fields: Partial<ChangeStatus>): ChangeStatus {
  const proposal = {} as ChangeStatus['proposal'];
  return { phase: 'awaitingRegistration', paused: false, blocked: null, proposal, ...fields } as ChangeStatus;
}

function refused(message: MessageName, status: ChangeStatus): string | null {
  try {
    admit(message, status);
    return null;
  } catch (error) {
    return (error as Failure).type;
  }
}

const blockedWhile = (phase: Blockage['phase'], effect: Blockage['effect']): ChangeStatus =>
  change({ phase: 'blocked', blocked: { phase, effect } as Blockage });

describe('what a failure decides', () => {
  const expected: Record<FailureClass, [before: string, after: string]> = {
    transient: ['block', 'block'],
    pending: ['block', 'block'],
    operator: ['block', 'block'],
    hold: ['block', 'block'],
    request: ['fail', 'block'],
    final: ['fail', 'fail'],
    expired: ['prepareAgain', 'prepareAgain'],
    unregistered: ['verifyAgain', 'verifyAgain'],
    refused: ['block', 'block'],
  };

  it.each(Object.entries(expected))('%s: %s', (failure, [before, after]) => {
    expect(decide(failure as FailureClass, { registered: false })).toBe(before);
    expect(decide(failure as FailureClass, { registered: true })).toBe(after);
  });

  it('is said for each failure there is, with a way out', () => {
    for (const [type, { remedy }] of Object.entries(failures)) expect(remedy, type).toMatch(/\.$/);
  });
});

describe('a message', () => {
  it('is refused by a change that has ended, whatever it says', () => {
    for (const phase of ['completed', 'rejected', 'cancelled', 'expired', 'failed'] satisfies Phase[]) {
      for (const message of messages)
        expect(refused(message, change({ phase })), `${message} ${phase}`).toBe('ChangeEnded');
    }
  });

  it('withdraws a change in every phase until it has taken effect', () => {
    for (const message of ['cancel', 'reject'] as const) {
      for (const phase of ['preparing', 'awaitingRegistration', 'verifying', 'committing'] satisfies Phase[]) {
        expect(refused(message, change({ phase })), phase).toBeNull();
      }
      expect(refused(message, change({ phase: 'applying' }))).toBe('CommitUnderWay');
      for (const phase of ['preparing', 'committing'] as const) {
        for (const effect of ['none', 'unknown'] as const) {
          expect(refused(message, blockedWhile(phase, effect)), `${phase} ${effect}`).toBeNull();
        }
      }
      expect(refused(message, blockedWhile('applying', 'taken'))).toBe('CommitUnderWay');
    }
  });

  it('withdraws a change once', () => {
    const withdrawal = { phase: 'rejected', summary: 'Rejected by alice.' } as const;
    expect(refused('cancel', change({ withdrawal }))).toBe('MessageOutOfPlace');
    expect(refused('comment', change({ withdrawal }))).toBeNull();
  });

  it('does not withdraw allow-lists that stand on chain, or may do so at any time', () => {
    const lists = (fields: Partial<ChangeStatus>) => change({ kind: 'allowlist', registration: null, ...fields });
    const registration = {} as ChangeStatus['registration'];
    expect(refused('cancel', lists({}))).toBeNull();
    expect(refused('cancel', lists({ phase: 'committing' }))).toBe('CommitUnderWay');
    expect(refused('cancel', lists({ phase: 'verifying', registration }))).toBe('CommitUnderWay');
  });

  it('delivers no transaction, and makes no pause, while the commit is under way', () => {
    for (const message of ['registered', 'pause'] as const) {
      expect(refused(message, change({ phase: 'committing' })), message).toBe('CommitUnderWay');
      expect(refused(message, blockedWhile('committing', 'unknown')), message).toBe('CommitUnderWay');
    }
  });

  it('is out of place where there is nothing to register, to resume or to retry', () => {
    expect(refused('registered', change({ phase: 'preparing', proposal: null }))).toBe('MessageOutOfPlace');
    expect(refused('resume', change({}))).toBe('MessageOutOfPlace');
    expect(refused('retry', change({}))).toBe('MessageOutOfPlace');
    expect(refused('pause', change({ paused: true }))).toBe('MessageOutOfPlace');
  });

  it('comments in every phase that is not an end', () => {
    for (const phase of phases.slice(0, 6)) expect(refused('comment', change({ phase })), phase).toBeNull();
  });
});

describe('a deadline', () => {
  const now = Date.parse('2026-11-21T00:00:00Z');
  const status = change({ deadline: '2026-12-01T00:00:00.000Z' });

  it('only moves to a later instant, within a year', () => {
    expect(() => admitDeadline('2026-12-02T00:00:00.000Z', status, now)).not.toThrow();
    expect(() => admitDeadline('2026-12-01T00:00:00.000Z', status, now)).toThrow(Failure);
    expect(() => admitDeadline('2027-12-01T00:00:00.000Z', status, now)).toThrow(Failure);
  });
});
