import { describe, expect, it } from 'vitest';
import { deriveSchedule } from '../schedule/deriveSchedule.js';
import type { ChainEvent } from '../world/chainJournal.js';
import type { Evidence } from './evidence.js';
import { judge } from './judge.js';

const hash = `0x${'a1'.repeat(32)}`;
const other = `0x${'b2'.repeat(32)}`;

/** A registration that was mined in block 10, between the moments 1,000 and 1,100. */
const added = (more: Partial<ChainEvent> = {}): ChainEvent => ({
  key: 'block/0',
  name: 'ComposeHashAdded',
  contract: '0xapp',
  value: hash,
  transactionHash: '0x01',
  block: 10,
  notBefore: 1_000,
  seenAt: 1_100,
  droppedAt: null,
  ...more,
});

/** An update under a Safe that went well: prepared, registered, committed at 2,000. */
const update = (more: Partial<Evidence> = {}): Evidence => {
  const schedule = deriveSchedule(1, 'update');
  return {
    schedule: {
      ...schedule,
      governance: 'safe',
      request: { ...schedule.request, touches: 'compose', external: false },
    },
    told: { phase: 'completed', composeHash: hash, created: null, summary: 'The CVM runs it.', failure: null },
    stuckAt: null,
    sent: [],
    commits: [{ composeHash: hash, via: 'token', at: 2_000, theirs: false }],
    creations: [],
    preparations: [{ composeHash: hash, at: 500 }],
    commitRequests: [2_000],
    booted: hash,
    chain: [added()],
    entries: [],
    device: null,
    execution: { running: false, pendingActivities: 0, taskFailures: [], secrets: [] },
    ...more,
  };
};

/** A replica that went well. */
const replica = (more: Partial<Evidence> = {}): Evidence => {
  const made = { vmUuid: 'new', name: 'app-replica-1', app: '0xapp', composeHash: hash, at: 2_000, booted: hash };
  const told = { phase: 'completed', composeHash: hash, created: 'new', summary: 'It runs.', failure: null } as const;
  const evidence = update({ commits: [], creations: [made], told, ...more });
  return { ...evidence, schedule: { ...evidence.schedule, kind: 'replicate' } };
};

const told = (phase: 'cancelled' | 'failed', effect: 'none' | 'taken' | 'unknown' = 'none'): Evidence['told'] => ({
  phase,
  composeHash: hash,
  created: null,
  summary: phase,
  failure: phase === 'failed' ? { type: 'OperationFailed', effect } : null,
});

const rules = (evidence: Evidence): string[] => judge(evidence).map(({ rule }) => rule);
const [first] = update().commits;
const commit = (more: object) => ({ ...(first ?? {}), ...more }) as Evidence['commits'][number];

describe('a change that went well', () => {
  it('breaks no rule', () => {
    expect(judge(update())).toEqual([]);
    expect(judge(replica())).toEqual([]);
  });

  it('nor does one that was cancelled before anything took effect', () => {
    expect(judge(update({ told: told('cancelled'), commits: [], commitRequests: [] }))).toEqual([]);
  });
});

describe('"once"', () => {
  it('finds a second commit, of the same hash or of another', () => {
    expect(rules(update({ commits: [commit({}), commit({ at: 2_500 })] }))).toContain('once');
    expect(rules(update({ commits: [commit({}), commit({ composeHash: other })] }))).toContain('once');
  });

  it('finds a second CVM, and that nobody was told of it', () => {
    const [made] = replica().creations;
    const twice = replica({ creations: made ? [made, { ...made, vmUuid: 'another', name: 'app-replica-2' }] : [] });
    expect(rules(twice)).toEqual(expect.arrayContaining(['once', 'orphan']));
  });

  it('lets pass what somebody else did, but not the same thing twice', () => {
    expect(rules(update({ commits: [commit({ composeHash: other, theirs: true }), commit({})] }))).toEqual([]);
    expect(rules(update({ commits: [commit({ theirs: true }), commit({})] }))).toContain('once');
    expect(rules(update({ commits: [commit({ theirs: true })] }))).toEqual([]);
  });
});

describe('"truth"', () => {
  it('finds a completed change that had no effect, or another than was told', () => {
    expect(rules(update({ commits: [] }))).toContain('truth');
    expect(rules(update({ commits: [commit({ composeHash: other })], booted: other }))).toContain('truth');
    expect(rules(update({ booted: other }))).toContain('truth');
    expect(rules(replica({ creations: [] }))).toContain('truth');
  });

  it('finds a withdrawn change that had an effect', () => {
    expect(rules(update({ told: told('cancelled') }))).toContain('truth');
    expect(rules(replica({ told: told('cancelled') }))).toEqual(expect.arrayContaining(['truth', 'orphan']));
  });

  it('takes a failure at its word', () => {
    expect(rules(update({ told: told('failed', 'none') }))).toContain('truth');
    expect(rules(update({ told: told('failed', 'taken') }))).toEqual([]);
    expect(rules(update({ told: told('failed', 'taken'), commits: [] }))).toContain('truth');
    expect(rules(update({ told: told('failed', 'unknown'), commits: [] }))).toEqual([]);
  });

  it('asks the chain whether the allow-lists are as they were to be', () => {
    const entries = [{ name: 'DeviceAdded', value: '0xdd' }] as const;
    const { schedule } = update();
    const lists = update({ schedule: { ...schedule, kind: 'allowlist' }, entries, commits: [], preparations: [] });
    expect(rules(lists)).toContain('truth');
    expect(rules({ ...lists, chain: [added({ name: 'DeviceAdded', value: '0xdd' })] })).toEqual([]);
  });
});

describe('"approval" and "verification"', () => {
  it('find a commit before its registration, or without one', () => {
    expect(rules(update({ chain: [] }))).toEqual(expect.arrayContaining(['approval', 'verification']));
    expect(rules(update({ chain: [added({ notBefore: 2_100 })] }))).toContain('approval');
    expect(rules(update({ chain: [added({ value: other })] }))).toContain('approval');
  });

  it('find a commit after the registration was taken away', () => {
    expect(rules(update({ chain: [added({ droppedAt: 1_500 })] }))).toContain('approval');
    const removed = added({ name: 'ComposeHashRemoved', block: 11, notBefore: 1_200, seenAt: 1_300 });
    expect(rules(update({ chain: [added(), removed] }))).toContain('approval');
    expect(rules(update({ chain: [added(), { ...removed, seenAt: 2_100 }] }))).not.toContain('approval');
    expect(rules(update({ chain: [added(), removed, added({ block: 12, notBefore: 1_300 })] }))).not.toContain(
      'approval',
    );
  });

  it('ask for the device of a replica, too', () => {
    expect(rules(replica({ device: '0xdd' }))).toContain('approval');
    expect(rules(replica({ device: '0xdd', chain: [added(), added({ name: 'DeviceAdded', value: '0xdd' })] }))).toEqual(
      [],
    );
  });

  it('find a request for a commit that the API refused because nothing was registered', () => {
    const refused = update({ commits: [], told: told('cancelled'), chain: [added({ notBefore: 2_500 })] });
    expect(rules(refused)).toEqual(['verification']);
  });

  it('ask nothing where no chain governs the app', () => {
    const { schedule } = update();
    const direct = update({
      schedule: { ...schedule, governance: 'none' },
      chain: [],
      commits: [commit({ via: 'direct' })],
    });
    expect(rules(direct)).toEqual([]);
  });
});

describe('"registration"', () => {
  const { schedule } = update();
  const byKey = (chain: readonly ChainEvent[]) => update({ schedule: { ...schedule, governance: 'ownerKey' }, chain });

  it('finds a hash that the owner key registered twice', () => {
    expect(rules(byKey([added(), added({ transactionHash: '0x02', block: 11 })]))).toEqual(['registration']);
  });

  it('lets a registration be repeated that was dropped, or moved to another block', () => {
    expect(rules(byKey([added({ droppedAt: 1_200 }), added({ transactionHash: '0x02', notBefore: 1_200 })]))).toEqual(
      [],
    );
    expect(rules(byKey([added({ droppedAt: 1_200 }), added({ block: 11, notBefore: 1_200 })]))).toEqual([]);
  });
});

describe('what is left behind', () => {
  const execution = { running: false, pendingActivities: 0, taskFailures: [], secrets: [] };
  it('is found', () => {
    expect(rules(update({ told: null, stuckAt: 'a signature' }))).toContain('end');
    expect(rules(update({ execution: { ...execution, running: true } }))).toEqual(['orphan']);
    expect(rules(update({ execution: { ...execution, pendingActivities: 1 } }))).toEqual(['orphan']);
    expect(rules(update({ execution: { ...execution, taskFailures: ['TypeError'] } }))).toEqual(['bug']);
    expect(rules(update({ execution: { ...execution, secrets: ['commit token 1'] } }))).toEqual(['secret']);
  });
});

describe('"answer"', () => {
  const cancel = { message: 'cancel', refused: null, answer: 'The change is cancelled.', at: 1 } as const;
  it('finds a change that was said to be cancelled and completed all the same', () => {
    expect(rules(update({ sent: [cancel] }))).toEqual(['answer']);
    expect(rules(update({ sent: [{ ...cancel, refused: 'CommitUnderWay', answer: null }] }))).toEqual([]);
    expect(rules(update({ sent: [{ ...cancel, answer: 'The commit may have taken effect. …' }] }))).toEqual([]);
  });

  it('finds a registration that was accepted and never was', () => {
    const registered = { message: 'registered', refused: null, answer: 'It stands.', at: 1 } as const;
    const chain = [added({ value: other })];
    expect(
      rules(update({ sent: [registered], chain, commits: [], commitRequests: [], told: told('cancelled') })),
    ).toEqual(['answer']);
  });
});
