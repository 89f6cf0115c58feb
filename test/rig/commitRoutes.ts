import type { Change } from '../../client/change.js';
import type { EndpointName, FaultEffect, FaultyRequest } from '../../simulator/faults/faultRule.js';
import type { ActiveFault } from '../../simulator/faults/faults.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { adoption, prepareElsewhere } from './prepareElsewhere.js';
import type { Rig } from './rig.js';

/** A change that is all but committed. */
export interface HeldChange {
  readonly change: Change;
  /** Lets the next requests that would take effect meet a fault. Default: once. */
  fault(what: FaultEffect, times?: number | null): ActiveFault;
  /** How often what was asked for took effect. */
  effects(): number;
  /** Lets it go on to its commit. */
  release(): Promise<unknown>;
}

/** A way in which a change takes effect. */
export interface CommitRoute {
  readonly name: string;
  /** The answer of the API that what was prepared is void; null where nothing is prepared here. */
  readonly voidAnswer: FaultEffect | null;
  /** Starts a change and holds it right before its commit, with everything registered and verified. */
  hold(rig: Rig): Promise<HeldChange>;
}

const tokenVoid: FaultEffect = {
  kind: 'answer',
  status: 466,
  body: { error_code: 'ERR-01-006', message: 'Commit token expired' },
};
const planVoid: FaultEffect = {
  kind: 'answer',
  status: 400,
  body: { detail: 'Invalid payload or provision data expired' },
};

/**
 * Starts a change and pauses it. What commits at once cannot reach its CVM before that: however late the message comes, it
 * comes before the commit.
 */
async function startPaused(rig: Rig, start: () => Promise<Change>, atOnce: SimulatedCvm | null): Promise<Change> {
  const { faults } = rig.cloud.simulator;
  const what = { kind: 'answer', status: 503 } as const;
  const down = atOnce && faults.add({ endpoint: 'getCvm', cvm: atOnce.vmUuid, times: null, what });
  const change = await start();
  await change.send('pause', { by: 'test' });
  if (down) faults.remove(down.id);
  return change;
}

/** Has registered what a paused change waits for, and waits until it is held. */
async function holdBeforeCommit(rig: Rig, change: Change): Promise<void> {
  for await (const status of change.watch()) {
    if (status.awaiting?.startsWith('a resume')) return;
    if (status.phase !== 'awaitingRegistration') continue;
    await rig.register(change, status);
    await rig.untilStatus(change, ({ awaiting }) => awaiting?.startsWith('a resume') ?? false, 'a change that is held');
    return;
  }
}

interface Commit {
  readonly endpoint: EndpointName;
  readonly when: (request: FaultyRequest) => boolean;
  readonly effects: () => number;
  /** The CVM where nothing has to be registered before. */
  readonly atOnce?: SimulatedCvm | null;
}

async function held(rig: Rig, start: () => Promise<Change>, commit: Commit): Promise<HeldChange> {
  const { effects, atOnce = null, ...condition } = commit;
  const change = await startPaused(rig, start, atOnce);
  await holdBeforeCommit(rig, change);
  return {
    change,
    effects,
    fault: (what, times = 1) => rig.cloud.simulator.faults.add({ ...condition, what, times }),
    release: () => change.send('resume', { by: 'test' }),
  };
}

function update(name: string, governance: 'safe' | 'none', by: 'token' | 'headers' | 'patch'): CommitRoute {
  return {
    name,
    voidAnswer: by === 'patch' ? null : tokenVoid,
    async hold(rig) {
      const cvm = await rig.addCvm(governance);
      if (by === 'headers') cvm.quirks = { commitToken: 'absent' };
      return held(rig, () => rig.countersign.updateCvm(rig.request(cvm)), {
        atOnce: governance === 'none' ? cvm : null,
        endpoint: by === 'token' ? 'commitUpdate' : 'patchCvm',
        when: (request) =>
          request.cvm === cvm.vmUuid && (by !== 'headers' || request.headers['x-compose-hash'] !== undefined),
        effects: () => cvm.commits.length,
      });
    },
  };
}

/** Prepared by somebody else: it cannot be prepared again. */
const adopted: CommitRoute = {
  name: 'an adopted update by token',
  voidAnswer: null,
  async hold(rig) {
    const cvm = await rig.addCvm('safe');
    const request = await adoption(rig, cvm, await prepareElsewhere(rig, cvm));
    return held(rig, async () => (await rig.countersign.adoptUpdate(request)).change, {
      endpoint: 'commitUpdate',
      when: (request) => request.cvm === cvm.vmUuid,
      effects: () => cvm.commits.length,
    });
  },
};

/** To another node: a device has to be registered where a chain governs the app. */
function replica(name: string, governance: 'safe' | 'none'): CommitRoute {
  return {
    name,
    voidAnswer: governance === 'none' ? null : tokenVoid,
    async hold(rig) {
      const cvm = await rig.addCvm(governance);
      const { nodes, ledger } = rig.cloud.simulator;
      const node = nodes.find(({ id }) => id !== cvm.nodeId)?.id ?? 0;
      const request = { cvmId: cvm.vmUuid, node, requestedBy: 'test', policy: { finality: 'latest' } } as const;
      return held(rig, () => rig.countersign.replicateCvm(request), {
        atOnce: governance === 'none' ? cvm : null,
        endpoint: governance === 'none' ? 'replicateCvm' : 'commitReplica',
        when: (asked) => asked.cvm === cvm.vmUuid,
        effects: () => ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid).length,
      });
    },
  };
}

function newCvm(name: string, kms: 'phala' | 'ethereum'): CommitRoute {
  return {
    name,
    voidAnswer: planVoid,
    async hold(rig) {
      const cvmName = rig.name();
      const { safe, simulator } = rig.cloud;
      const start = () =>
        rig.countersign.provisionCvm({
          name: cvmName,
          compose: { dockerComposeFile: `services: {} # ${cvmName}\n` },
          kms,
          ...(kms === 'ethereum' && { owner: safe.address }),
          requestedBy: 'test',
          policy: { finality: 'latest' },
        });
      let composeHash = '';
      const made = await held(rig, start, {
        endpoint: 'commitCvmProvision',
        // The request names no CVM: what it is for is told by its plan.
        when: ({ body = '' }) => body.includes(composeHash),
        effects: () => simulator.cvms().filter((cvm) => cvm.name === cvmName).length,
      });
      composeHash = (await made.change.status()).composeHash?.slice(2) ?? '';
      return made;
    },
  };
}

/** Every way there is. */
export const commitRoutes: readonly CommitRoute[] = [
  update('an update by token', 'safe', 'token'),
  update('an update by headers', 'safe', 'headers'),
  update('an update at once', 'none', 'patch'),
  adopted,
  replica('a replica by token', 'safe'),
  replica('a replica at once', 'none'),
  newCvm('a new CVM', 'phala'),
  newCvm('a new CVM with an app on chain', 'ethereum'),
];
