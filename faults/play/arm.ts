import type { FaultRule } from '../../simulator/faults/faultRule.js';
import type { ApiFault, Happening, Instant, Schedule } from '../schedule/schedule.js';
import type { World } from '../world/world.js';
import { scopeOf } from './scope.js';
import type { Subject } from './subject.js';

type AtRequest = Extract<Instant, { endpoint: unknown }>;

/** What a schedule has put in force at the API. */
export interface Armed {
  /** How many requests met a fault so far. */
  struck(): number;
  /** Ends all faults that are still to come. */
  heal(): void;
}

/** Puts the faults of a schedule in force, and listens for the requests at which something is to happen. */
export function arm(world: World, schedule: Schedule, subject: Subject, due: (happening: Happening) => void): Armed {
  const { faults } = world.cloud.simulator;
  const scope = scopeOf(world, subject);
  const add = (rule: FaultRule) => faults.add({ ...scope, ...rule });
  const quirks = subject.cvm ? [] : quirkRules(schedule).map(add);
  const listeners = schedule.happenings.flatMap((happening) =>
    'endpoint' in happening.at ? [add(listener(happening.at, scope, () => due(happening)))] : [],
  );
  const struck = schedule.faults.map((fault) => add(ruleOf(fault, scope)));
  return {
    struck: () => struck.reduce((sum, { used }) => sum + used, 0),
    heal() {
      for (const { id } of [...quirks, ...listeners, ...struck]) faults.remove(id);
    },
  };
}

type Scope = ReturnType<typeof scopeOf>;

function ruleOf({ endpoint, skip, times, what }: ApiFault, scope: Scope): FaultRule {
  return { endpoint, times, what, when: afterSkipping(skip, scope) };
}

/** A rule that changes nothing and tells of a request: before the endpoint gets it, or when it has its answer. */
function listener({ endpoint, skip, side }: AtRequest, scope: Scope, tell: () => void): FaultRule {
  const passed = afterSkipping(skip, scope);
  return {
    endpoint,
    what: side === 'before' ? { kind: 'delay', milliseconds: 20 } : { kind: 'alterBody' },
    when(request) {
      const due = passed(request);
      if (due) tell();
      return due;
    },
  };
}

/** Lets the first requests that fit pass by. */
function afterSkipping(skip: number, { when = () => true }: Scope): NonNullable<FaultRule['when']> {
  let passed = 0;
  return (request) => when(request) && passed++ >= skip;
}

/** A CVM that is still to be made has no quirks of its own: the calls that make it have them. */
const quirkRules = ({ quirks }: Schedule): FaultRule[] =>
  (['provisionCvm', 'commitCvmProvision'] as const).map((endpoint) => ({
    endpoint,
    times: null,
    what: { kind: 'quirks', quirks },
  }));
