import type { MessageName } from '../../model/messages.js';
import type { Phase } from '../../model/phases.js';
import type { EndpointName } from '../../simulator/faults/faultRule.js';
import type { RpcFault } from '../../stack/localChain/rpcProxy.js';
import type { Plan } from './deriveFaults.js';
import type { Random } from './random.js';
import type { Act, Happening, Instant } from './schedule.js';

/** What happens while the change runs: to the whole world, to its CVM, and what people tell it. */
export function deriveHappenings(random: Random, plan: Plan): readonly Happening[] {
  const happenings: Happening[] = [];
  const maybe = (probability: number, derive: () => Act): void => {
    // The numbers are drawn in any case: one fault more or less must not change all that follow it.
    const happens = random.chance(probability);
    const what = derive();
    const at = deriveInstant(random, plan);
    if (happens) happenings.push({ at, what });
  };
  const onChain = plan.governance !== 'none';
  maybe(0.035, () => ({ act: 'killWorker', which: random.pick([0, 1, 0, 1, 'both']) }));
  maybe(0.012, () => ({ act: 'restartServer' }));
  maybe(onChain ? 0.1 : 0, () => ({ act: 'reorg', depth: random.integer(1, 4), keep: random.pick(['drop', 'move']) }));
  maybe(0.02, () => ({ act: 'moveClock', days: random.integer(13, 16) }));
  maybe(0.02, () => ({ act: 'rpcOutage', milliseconds: random.integer(200, 2_500), fault: random.pick(outages) }));
  maybe(onChain && plan.kind !== 'allowlist' ? 0.04 : 0, () => ({ act: 'revoke' }));
  const theirs = plan.kind === 'update' && plan.request.touches === 'compose';
  maybe(theirs ? 0.15 : 0, () => ({ act: 'somebody', does: random.pick(['prepares', 'updates', 'commitsIt']) }));
  maybe(0.12, () => ({
    act: 'deliver',
    hash: random.pick(['unknown', 'foreign', 'malformed']),
    by: random.pick(['update', 'signal']),
  }));
  maybe(0.1, () => ({ act: 'send', message: random.pick<MessageOfPeople>(['cancel', 'reject']) }));
  maybe(0.05, () => ({ act: 'send', message: random.pick<MessageOfPeople>(['cancel', 'reject']) }));
  maybe(0.1, () => ({ act: 'send', message: 'pause' }));
  maybe(0.05, () => ({ act: 'send', message: 'resume' }));
  maybe(0.08, () => ({ act: 'send', message: random.pick<MessageOfPeople>(['retry', 'comment', 'extend']) }));
  // New kinds come last, so that the seeds of before still make what they made.
  maybe(plan.governance === 'ownerKey' ? 0.15 : 0, () => ({ act: 'feeSpike', gwei: random.integer(20, 120) }));
  return happenings;
}

type MessageOfPeople = Exclude<MessageName, 'registered'>;

const outages: readonly [RpcFault, ...RpcFault[]] = [
  { kind: 'reset' },
  { kind: 'loseReply' },
  { kind: 'html' },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'error', code: -32603 },
];

function deriveInstant(random: Random, plan: Plan): Instant {
  const choice = random.next();
  const [phase, after, endpoint, side] = [
    random.pick<Phase>(['preparing', 'awaitingRegistration', 'verifying', 'committing', 'applying', 'blocked']),
    random.integer(0, 400),
    random.pick(requests[plan.kind]),
    random.pick<'before' | 'after'>(['before', 'after']),
  ];
  if (choice < 0.4) return { phase, after };
  if (choice < 0.75 && plan.kind !== 'allowlist') return { endpoint, skip: after % 4 === 0 ? 1 : 0, side };
  return { after: after * 8 };
}

/** Requests that every change of the kind makes, so that what waits for them does happen. */
const requests: Readonly<Record<Plan['kind'], readonly [EndpointName, ...EndpointName[]]>> = {
  update: ['patchCvm', 'commitUpdate', 'commitUpdate', 'listOperations'],
  replicate: ['replicateCvm', 'commitReplica', 'commitReplica', 'getCvm'],
  provision: ['provisionCvm', 'commitCvmProvision', 'commitCvmProvision'],
  allowlist: ['getAppKmsInfo'],
};
