import type { FaultRule, FaultyRequest } from '../../simulator/faults/faultRule.js';
import type { World } from '../world/world.js';
import type { Subject } from './subject.js';

/** Sent by whoever is not the engine, so that what is meant for the engine passes him by. */
export const somebodyElse = 'x-somebody-else';

/** The part of a fault rule that says whose requests it is for: those of the engine about one subject. */
export function scopeOf(world: World, { cvm, name }: Subject): Pick<FaultRule, 'cvm' | 'headers' | 'when'> {
  const headers = { [somebodyElse]: null };
  if (cvm) return { cvm: cvm.vmUuid, headers };
  return { headers, when: (request) => isAbout(world, name, request) };
}

function isAbout({ cloud, planned }: World, name: string, request: FaultyRequest): boolean {
  if (request.cvm !== undefined) return cloud.simulator.cvm(request.cvm).name === name;
  return planned.nameIn(request) === name;
}
