import { nodeDeviceId } from '../../simulator/state/nodes.js';
import type { Played } from '../play/played.js';
import { stepsOf } from '../play/startRequested.js';
import type { ChainEvent } from '../world/chainJournal.js';
import type { World } from '../world/world.js';
import type { CommitSeen, CreationSeen, Evidence, ExecutionSeen } from './evidence.js';

/** Reads from the world, as it is now, what there is to see of a schedule. */
export function collect(world: World, played: Played, execution: ExecutionSeen | null): Evidence {
  const { schedule, subject, told, stuckAt, sent } = played;
  const { simulator } = world.cloud;
  const creations = creationsOf(world, played);
  const hashes = preparedBy(world, played, creations);
  return {
    schedule,
    told,
    stuckAt,
    sent,
    commits: commitsOf(world, played),
    creations,
    preparations: hashes,
    commitRequests: simulator.ledger.requests
      .filter(({ endpoint, cvmId }) => cvmId === subject.cvm?.vmUuid && commitCalls.includes(endpoint))
      .map(({ at }) => wallClock(world, at)),
    booted: subject.cvm?.bootedComposeHash ?? null,
    chain: eventsOf(
      world,
      played,
      hashes.map(({ composeHash }) => composeHash),
    ),
    entries: schedule.kind === 'allowlist' ? stepsOf(schedule, subject).map(entryOf) : [],
    device: schedule.kind === 'replicate' && schedule.request.otherNode ? nodeDeviceId(2) : null,
    execution,
  };
}

const commitCalls: readonly string[] = ['commitUpdate', 'commitReplica'];

function commitsOf(world: World, { subject, theirs, schedule }: Played): readonly CommitSeen[] {
  if (subject.cvm === null || schedule.kind !== 'update') return [];
  return subject.cvm.commits.map(({ composeHash, via, at, correlationId }) => ({
    composeHash,
    via,
    at: wallClock(world, at),
    theirs: theirs.has(correlationId),
  }));
}

function creationsOf(world: World, { schedule, subject }: Played): readonly CreationSeen[] {
  const { simulator } = world.cloud;
  if (schedule.kind !== 'replicate' && schedule.kind !== 'provision') return [];
  return simulator.ledger.creations
    .filter(({ kind, sourceVmUuid }) => (subject.cvm ? sourceVmUuid === subject.cvm.vmUuid : kind === 'provision'))
    .flatMap(({ vmUuid, composeHash, at }) => {
      const cvm = simulator.cvm(vmUuid);
      if (subject.cvm === null && cvm.name !== subject.name) return [];
      const { name, appId: app, bootedComposeHash } = cvm;
      return [{ vmUuid, name, app, composeHash, at: wallClock(world, at), booted: bootedComposeHash ?? null }];
    });
}

/** What was planned: the ledger has it for updates and replicas, of new CVMs the creation itself tells. */
function preparedBy(world: World, { subject }: Played, creations: readonly CreationSeen[]): Evidence['preparations'] {
  if (subject.cvm === null) return creations.map(({ composeHash }) => ({ composeHash, at: 0 }));
  return world.cloud.simulator.ledger.preparations
    .filter(({ cvmId }) => cvmId === subject.cvm?.vmUuid)
    .map(({ composeHash, preparedAt }) => ({ composeHash, at: wallClock(world, preparedAt) }));
}

/** Of the app; where there was none before, of whatever apps the hash was deployed with. */
function eventsOf({ journal }: World, { subject }: Played, hashes: readonly string[]): readonly ChainEvent[] {
  const app = subject.cvm?.appId ?? subject.app;
  if (app) return journal.events.filter(({ contract }) => contract === app.toLowerCase());
  const wanted = new Set(hashes.map((hash) => hash.toLowerCase()));
  return journal.events.filter(({ value }) => wanted.has(value));
}

function entryOf(step: ReturnType<typeof stepsOf>[number]): Evidence['entries'][number] {
  switch (step.action) {
    case 'addDevice':
      return { name: 'DeviceAdded', value: step.device.deviceId ?? '' };
    case 'removeDevice':
      return { name: 'DeviceRemoved', value: step.device.deviceId ?? '' };
    case 'removeComposeHash':
      return { name: 'ComposeHashRemoved', value: step.composeHash };
    case 'setAllowAnyDevice':
      return { name: 'AllowAnyDeviceSet', value: String(step.allowed) };
  }
}

/** A moment of the API's clock as this machine's clock had it: the API's was moved ahead now and then. */
function wallClock({ clockMoves }: World, at: Date): number {
  for (const move of clockMoves.toReversed()) {
    const moment = at.getTime() - move.ahead;
    if (moment >= move.at) return moment;
  }
  const [first] = clockMoves;
  return first ? Math.min(at.getTime(), first.at) : at.getTime();
}
