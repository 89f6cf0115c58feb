import { type Change, type Countersign, sealEnv } from '../../client/index.js';
import type { AllowListStep } from '../../model/allowListRequest.js';
import type { DeviceId } from '../../model/hex.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import { sha256Hex } from '../../simulator/rules/composeHash.js';
import type { Schedule } from '../schedule/schedule.js';
import type { World } from '../world/world.js';
import type { Subject } from './subject.js';

/** Asks for the change of a schedule. May be repeated: the key makes it the same change. */
export async function startRequested(world: World, schedule: Schedule, subject: Subject): Promise<Change> {
  const { countersign } = world;
  switch (schedule.kind) {
    case 'update':
      return countersign.updateCvm({
        ...common(schedule),
        cvmId: uuidOf(subject),
        update: await updateOf(schedule, subject),
      });
    case 'replicate': {
      const { otherNode, underApp } = schedule.request;
      return countersign.replicateCvm({
        ...common(schedule),
        cvmId: uuidOf(subject),
        ...(otherNode && { node: 2 }),
        ...(underApp && subject.cvm && { appId: subject.cvm.appId }),
      });
    }
    case 'provision':
      return provision(countersign, world, schedule, subject);
    case 'allowlist':
      return countersign.changeAllowlist({
        ...common(schedule),
        appId: subject.cvm?.appId ?? '0x',
        steps: [...stepsOf(schedule, subject)],
      });
  }
}

async function provision(
  countersign: Countersign,
  { cloud }: World,
  schedule: Schedule,
  { name, app }: Subject,
): Promise<Change> {
  const { governance, request } = schedule;
  const owner = { safe: cloud.safe.address, external: cloud.contractOwner.address, ownerKey: null, none: null }[
    governance
  ];
  const env = request.environment
    ? await sealEnv({ SECRET: canaryOf(schedule) }, await countersign.sealingKey(), name)
    : null;
  return countersign.provisionCvm({
    // Last, for its deadline may be seconds away.
    ...common(schedule),
    name,
    compose: { dockerComposeFile: composeOf(schedule) },
    // The local chain is none of Base: its KMS counts as Ethereum's.
    ...(governance !== 'none' && { kms: 'ethereum' }),
    ...(app ? { appId: app } : owner && { owner }),
    ...(request.otherNode && { node: 2 }),
    ...(env && { env }),
  });
}

function common({ seed, request }: Schedule) {
  const { finality, external, onBaseChanged, onHashMismatch, deadline } = request;
  return {
    requestedBy: 'fault suite',
    reason: `schedule ${seed}`,
    idempotencyKey: `schedule-${seed}`,
    ...(external && { registrar: 'external' as const }),
    policy: {
      finality,
      onBaseChanged,
      onHashMismatch,
      ...(deadline !== null && { deadline: new Date(Date.now() + deadline).toISOString() }),
    },
  };
}

async function updateOf(schedule: Schedule, { cvm }: Subject): Promise<UpdateRequestInput['update']> {
  switch (schedule.request.touches) {
    case 'compose':
      return { dockerComposeFile: composeOf(schedule) };
    case 'resources':
      return { vcpu: 4 };
    case 'environment':
      return { dockerComposeFile: composeOf(schedule), allowedEnvs: ['GREETING'] };
    case 'nothing':
      return { dockerComposeFile: cvm?.appCompose.docker_compose_file ?? '' };
  }
}

/** A document that no other schedule has: so is its hash. */
const composeOf = ({ seed }: Schedule): string => `services:\n  web:\n    image: nginx:${seed}\n`;

/** A value that must be found nowhere but in the VM. */
export const canaryOf = ({ seed }: Schedule): string => `canary-${seed}-never-to-be-seen`;

/** The entries that are asked for. Each is about something else. */
export function stepsOf({ seed, request }: Schedule, { cvm }: Subject): readonly AllowListStep[] {
  // The digest has the form of a device id.
  const deviceId = `0x${sha256Hex(`device ${seed}`)}` as DeviceId;
  const all: readonly AllowListStep[] = [
    { action: 'addDevice', device: { deviceId } },
    { action: 'setAllowAnyDevice', allowed: true },
    // The hash that the app was deployed with; it comes from the simulator in this form.
    {
      action: 'removeComposeHash',
      composeHash: cvm?.composeHash as Extract<AllowListStep, { action: 'removeComposeHash' }>['composeHash'],
    },
  ];
  return all.slice(0, request.steps);
}

function uuidOf({ cvm, name }: Subject): string {
  if (cvm === null) throw new Error(`${name} is not there yet`);
  return cvm.vmUuid;
}
