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
  const startedAt = cloud.clock.now();
  const { composeHash } = start.change;
  const operation: Operation = {
    correlationId: newCorrelationId(),
    type: start.type,
    startedAt,
    endsAt: new Date(startedAt.getTime() + cloud.operationMilliseconds),
    composeHash,
    instanceName: cvm.name,
    subOperations: [start.type, 'power_off', 'power_on'],
    outcome: { status: 'in_progress' },
  };
  cvm.configuration = start.change.configuration;
  cvm.operations.push(operation);
  cvm.status = 'updating';
  cvm.bootError = undefined;
  cloud.ledger.recordCommit({
    cvmId: cvm.vmUuid,
    composeHash,
    correlationId: operation.correlationId,
    via: start.via,
    transactionHash: start.transactionHash,
    at: startedAt,
  });
  cloud.clock.at(operation.endsAt.getTime(), () => finishOperation(cloud, cvm, operation, start.failWith));
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
  if ('error' in boot) {
    cvm.status = 'error';
    cvm.bootError = boot.error;
    operation.outcome = { status: 'failed', errorMessage: boot.error };
  } else {
    cvm.status = 'running';
    cvm.booted = boot.booted;
    operation.outcome = { status: 'completed' };
  }
}

function newCorrelationId(): string {
  const digits = [...randomBytes(26)].map((byte) => CORRELATION_DIGITS.charAt(byte % 32));
  return `corr_${digits.join('')}`;
}
