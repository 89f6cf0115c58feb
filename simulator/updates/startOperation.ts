import { randomBytes } from 'node:crypto';
import { operationInProgress } from '../answers/errors.js';
import type { Cloud } from '../state/cloud.js';
import { type Cvm, runningOperation } from '../state/cvm.js';
import type { EffectiveCommit } from '../state/ledger.js';
import type { Operation, OperationType } from '../state/operation.js';
import { bootCvm } from './bootCvm.js';
import type { PlannedChange } from './plannedChange.js';

/** Digits of a ULID, which the documented "corr_01HXYZ..." looks like [DOC-multisig]. */
const CORRELATION_DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface Start {
  readonly change: PlannedChange;
  readonly type: OperationType;
  readonly via: EffectiveCommit['via'];
  readonly transactionHash: string | undefined;
  /** The operation is to end as failed, with this message. */
  readonly failWith: string | undefined;
}

/**
 * Saves a configuration and starts the operation that rolls the CVM onto it: the moment of the effective commit. Without a
 * single await, so that two requests cannot both get through.
 */
export function startOperation(cloud: Cloud, cvm: Cvm, start: Start): Operation {
  assertIdle(cvm);
  cvm.configuration = start.change.configuration;
  cvm.status = 'updating';
  cvm.bootError = undefined;
  const operation = beginOperation(cloud, cvm, start.type, start.failWith);
  cloud.ledger.recordCommit({
    cvmId: cvm.vmUuid,
    composeHash: operation.composeHash,
    correlationId: operation.correlationId,
    forceStop: start.change.forceStop,
    via: start.via,
    transactionHash: start.transactionHash,
    at: operation.startedAt,
  });
  return operation;
}

/** Gives a CVM the operation that boots its saved configuration, and sees to its end. */
export function beginOperation(cloud: Cloud, cvm: Cvm, type: OperationType, failWith: string | undefined): Operation {
  const startedAt = cloud.clock.now();
  const operation: Operation = {
    correlationId: newCorrelationId(),
    type,
    startedAt,
    endsAt: new Date(startedAt.getTime() + cloud.operationMilliseconds),
    composeHash: cvm.configuration.composeHash,
    instanceName: cvm.name,
    subOperations: type === 'create' ? [type, 'power_on'] : [type, 'power_off', 'power_on'],
    outcome: { status: 'in_progress' },
  };
  cvm.operations.push(operation);
  cloud.clock.at(operation.endsAt.getTime(), () => finishOperation(cloud, cvm, operation, failWith));
  return operation;
}

/** 409 while an operation runs. */
export function assertIdle(cvm: Cvm): void {
  if (runningOperation(cvm) !== undefined) {
    throw operationInProgress();
  }
}

async function finishOperation(
  cloud: Cloud,
  cvm: Cvm,
  operation: Operation,
  failWith: string | undefined,
): Promise<void> {
  const boot = failWith === undefined ? await bootCvm(cloud, cvm) : { error: failWith };
  if (operation.outcome.status !== 'in_progress') {
    // Cancelled, or the CVM is gone.
    return;
  }
  if ('error' in boot) {
    cvm.status = 'error';
    cvm.bootError = boot.error;
    operation.outcome = { status: 'failed', errorMessage: boot.error };
    if (operation.type === 'create') {
      cloud.events.emit({ name: 'cvm.create_failed', cvm, at: cloud.clock.now(), error: boot.error });
    }
  } else {
    cvm.status = 'running';
    cvm.booted = boot.booted;
    operation.outcome = { status: 'completed' };
    // There is no event for an update that failed [facts §4].
    const name = operation.type === 'create' ? 'cvm.created' : 'cvm.updated';
    cloud.events.emit({ name, cvm, at: cloud.clock.now() });
  }
}

function newCorrelationId(): string {
  const digits = [...randomBytes(26)].map((byte) => CORRELATION_DIGITS.charAt(byte % 32));
  return `corr_${digits.join('')}`;
}
