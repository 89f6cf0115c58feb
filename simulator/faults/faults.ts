import { randomUUID } from 'node:crypto';
import type { FaultEffect, FaultRule, FaultyRequest } from './faultRule.js';

/** A rule that is in force, or has been used up. */
export interface ActiveFault {
  readonly id: string;
  readonly rule: FaultRule;
  /** How many requests it has met. */
  readonly used: number;
  /** How many more it will meet; null: all. */
  readonly remaining: number | null;
}

/** Faults on demand: rules are looked at in the order in which they were added. */
export class Faults {
  readonly #faults = new Map<string, { id: string; rule: FaultRule; used: number }>();

  /** Puts a rule in force; by default for one request. */
  add(rule: FaultRule): ActiveFault {
    const id = randomUUID();
    this.#faults.set(id, { id, rule, used: 0 });
    return this.#view(id);
  }

  remove(id: string): boolean {
    return this.#faults.delete(id);
  }

  /** All rules, used up or not. */
  list(): ActiveFault[] {
    return [...this.#faults.keys()].map((id) => this.#view(id));
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The first rule of some kinds that fits a request; it counts as used. */
  take<Kind extends FaultEffect['kind']>(
    request: FaultyRequest,
    ...kinds: readonly Kind[]
  ): Extract<FaultEffect, { kind: Kind }> | undefined {
    for (const what of this.takeAll(request, ...kinds)) {
      return what;
    }
    return undefined;
  }

  /** All rules of some kinds that fit a request, one after another; each counts as used when the caller gets to it. */
  *takeAll<Kind extends FaultEffect['kind']>(
    request: FaultyRequest,
    ...kinds: readonly Kind[]
  ): Generator<Extract<FaultEffect, { kind: Kind }>, undefined> {
    for (const fault of this.#faults.values()) {
      const { what } = fault.rule;
      if (isOf(what, kinds) && fault.used < allowedUses(fault.rule) && fits(fault.rule, request)) {
        fault.used++;
        yield what;
      }
    }
    return undefined;
  }

  #view(id: string): ActiveFault {
    const fault = this.#faults.get(id);
    if (fault === undefined) {
      throw new Error(`There is no fault ${id}.`);
    }
    const uses = allowedUses(fault.rule);
    const faults = this.#faults;
    return {
      id,
      rule: fault.rule,
      get used() {
        return faults.get(id)?.used ?? fault.used;
      },
      get remaining() {
        return uses === Number.POSITIVE_INFINITY ? null : uses - this.used;
      },
    };
  }
}

function isOf<Kind extends FaultEffect['kind']>(
  what: FaultEffect,
  kinds: readonly Kind[],
): what is Extract<FaultEffect, { kind: Kind }> {
  return kinds.some((kind) => kind === what.kind);
}

function allowedUses({ times }: FaultRule): number {
  return times === null ? Number.POSITIVE_INFINITY : (times ?? 1);
}

function fits(rule: FaultRule, request: FaultyRequest): boolean {
  return (
    (rule.endpoint === undefined || rule.endpoint === request.endpoint) &&
    (rule.cvm === undefined || rule.cvm === request.cvm) &&
    Object.entries(rule.headers ?? {}).every(([name, value]) => (request.headers[name] ?? null) === value) &&
    (rule.when === undefined || rule.when(request))
  );
}
