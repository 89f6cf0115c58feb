import type { EndpointName, FaultEffect } from '../../simulator/faults/faultRule.js';
import type { Random } from './random.js';
import type { ApiFault, Schedule } from './schedule.js';

/** What the derivation of faults looks at. */
export type Plan = Pick<Schedule, 'kind' | 'governance' | 'request' | 'signing'>;

/** What the API does to the requests of one change: nothing in a third of all schedules. */
export function deriveFaults(random: Random, plan: Plan): readonly ApiFault[] {
  if (plan.kind === 'allowlist') return [];
  const count = random.weighted([
    [35, 0],
    [40, 1],
    [18, 2],
    [7, 3],
  ]);
  return Array.from({ length: count }, () => deriveFault(random, plan));
}

function deriveFault(random: Random, plan: Plan): ApiFault {
  // Losing the answer of a call that changes something is what the engine is made for.
  if (random.chance(0.4)) return once(random.pick(effectiveCalls(plan)), lostReply(random));
  const endpoint = random.chance(0.6) ? random.pick(effectiveCalls(plan)) : random.pick(reads(plan));
  const commits = commitCalls.has(endpoint);
  const what = random.weighted<FaultEffect>([
    [30, outage(random)],
    [12, { kind: 'reset' }],
    [10, { kind: 'delay', milliseconds: random.integer(50, 1_500) }],
    [10, { kind: 'answer', status: 409, body: { detail: 'Another operation is in progress' } }],
    [8, { kind: 'answer', status: 401, body: { detail: 'Invalid API key' } }],
    [commits ? 10 : 0, outOfTheBlue(random)],
    [plan.governance === 'none' || commits ? 6 : 0, { kind: 'operationFails', message: 'the machine has no power' }],
    // The engine waits thirty seconds for an answer that does not come.
    [0.7, { kind: 'hang' }],
  ]);
  return {
    endpoint,
    skip: random.chance(0.8) ? 0 : 1,
    times: random.weighted([
      [70, 1],
      [20, 2],
      [10, 3],
    ]),
    what,
  };
}

const once = (endpoint: EndpointName, what: FaultEffect): ApiFault => ({ endpoint, skip: 0, times: 1, what });

const lostReply = (random: Random): FaultEffect => ({
  kind: 'loseReply',
  by: random.weighted<'reset' | 'cutBody' | { status: number }>([
    [45, 'reset'],
    [25, 'cutBody'],
    [30, { status: random.pick([500, 502, 504]) }],
  ]),
});

function outage(random: Random): FaultEffect {
  const status = random.pick([500, 502, 503, 504, 429]);
  if (status !== 429) return { kind: 'answer', status, body: 'Bad Gateway' };
  return { kind: 'answer', status, body: { detail: 'Too many requests' }, headers: { 'retry-after': '1' } };
}

/** What belongs to the commit of a registered hash, and comes without a reason. */
function outOfTheBlue(random: Random): FaultEffect {
  const [status, error_code] = random.pick<readonly [number, string]>([
    [466, 'ERR-01-006'],
    [467, 'ERR-01-007'],
    [468, 'ERR-01-008'],
    [465, 'ERR-01-005'],
  ]);
  return { kind: 'answer', status, body: { error_code, message: 'out of the blue', details: [] } };
}

const commitCalls: ReadonlySet<EndpointName> = new Set(['commitUpdate', 'commitReplica', 'commitCvmProvision']);

type Calls = readonly [EndpointName, ...EndpointName[]];

/** The calls that plan, change or make something, the one that does it for good more often. */
function effectiveCalls({ kind, governance, request }: Plan): Calls {
  const direct = governance === 'none';
  if (kind === 'provision') return ['provisionCvm', 'commitCvmProvision', 'commitCvmProvision'];
  if (kind === 'update') return direct ? ['patchCvm'] : ['patchCvm', 'commitUpdate', 'commitUpdate'];
  const ask = request.underApp ? 'replicateAppCvm' : 'replicateCvm';
  return direct ? [ask] : [ask, 'commitReplica', 'commitReplica'];
}

function reads({ kind }: Plan): Calls {
  return kind === 'provision' ? ['getCvm'] : ['getCvm', 'listOperations', 'getComposeFile'];
}
