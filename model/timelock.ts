import type { Address, Hex } from './hex.js';
import type { ContractCall } from './registration.js';
import type { SafeProposal } from './safe.js';

/** One operation of a TimelockController: it makes calls, once, some time after it was scheduled. */
export interface TimelockOperation {
  /** What `hashOperation` or `hashOperationBatch` of the contract makes of it: 32 bytes. */
  readonly id: Hex;
  /**
   * - `unscheduled`: the timelock does not know it (yet)
   * - `scheduled`: its delay runs
   * - `ready`: it can be executed; the timelock sets no end to that
   * - `executed`: its calls were made; it can never be executed again
   * - `cancelled`: taken back before it was executed; it can only be scheduled anew
   */
  readonly state: 'unscheduled' | 'scheduled' | 'ready' | 'executed' | 'cancelled';
  /** From when on it can be executed, ISO 8601 in UTC; null unless it is scheduled or ready. */
  readonly readyAt: string | null;
}

/** A call of the timelock itself, and who may make it. */
export interface TimelockStep {
  readonly call: ContractCall;
  /** Those who have the role; `unknown` where no node tells. */
  readonly by: readonly Address[] | 'anyone' | 'unknown';
  /** What the owners of a Safe need that is one of them; null where none is a Safe, and where anyone may do it. */
  readonly safe: SafeProposal | null;
}

/** What a timelock that owns the contract is asked for: one operation with all calls of the proposal. */
export interface TimelockProposal {
  readonly address: Address;
  readonly operation: TimelockOperation;
  /** Makes the operation this change's own: 32 bytes. There is no predecessor. */
  readonly salt: Hex;
  /** Between scheduling and execution; the minimum of the timelock when the proposal was made. */
  readonly delaySeconds: number;
  readonly schedule: TimelockStep;
  readonly execution: TimelockStep;
}

/** The call that is to be made now; null where the operation has come to its end. */
export function nextStep({ operation, schedule, execution }: TimelockProposal): TimelockStep | null {
  if (operation.state === 'unscheduled') return schedule;
  return operation.state === 'scheduled' || operation.state === 'ready' ? execution : null;
}

/** Who makes the call, for people: "2 of 3 owners of the Safe 0x…". */
export function describeWho({ by, safe }: TimelockStep, role: 'proposers' | 'executors'): string {
  if (by === 'anyone') return 'anyone';
  if (safe) return `${safe.threshold} of ${safe.owners.length} owners of the Safe ${safe.address}`;
  return by === 'unknown' || by.length === 0 ? `one of its ${role}` : by.join(' or ');
}

/** Where the operation stands, and who has to do what. */
export function describeOperation(timelock: TimelockProposal): string {
  const { operation, schedule, execution, delaySeconds } = timelock;
  const { id, state, readyAt } = operation;
  switch (state) {
    case 'unscheduled':
      return `the timelock's operation ${id} is to be scheduled by ${describeWho(schedule, 'proposers')}; it is ready ${describeSeconds(delaySeconds)} later`;
    case 'scheduled':
      return `the timelock's operation ${id} is ready at ${readyAt}; ${describeWho(execution, 'executors')} may execute it then`;
    case 'ready':
      return `the timelock's operation ${id} is ready since ${readyAt}; ${describeWho(execution, 'executors')} may execute it`;
    case 'executed':
    case 'cancelled':
      return `the timelock's operation ${id} is ${state}`;
  }
}

/**
 * Whether the operation becomes ready only after an instant.
 *
 * @param now milliseconds since the epoch: from when on the delay runs where it is not scheduled yet
 */
export function isReadyAfter(instant: string, { operation, delaySeconds }: TimelockProposal, now: number): boolean {
  if (operation.state === 'unscheduled') return now + delaySeconds * 1000 > Date.parse(instant);
  return operation.readyAt !== null && Date.parse(operation.readyAt) > Date.parse(instant);
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "2 days 3 hours"; whole seconds. */
export function describeSeconds(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}
