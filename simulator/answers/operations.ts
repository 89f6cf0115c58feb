import { endOf, type Operation, operationEvents } from '../state/operation.js';
import type { Quirks } from '../state/quirks.js';
import { USER } from '../state/workspace.js';
import { written } from './hexForm.js';

/** OpenAPI CvmOperationResponse. */
export function operationRecord(operation: Operation, now: Date, quirks: Quirks) {
  const { outcome, startedAt } = operation;
  const ended = endOf(operation);
  return {
    correlation_id: operation.correlationId,
    operation_type: operation.type,
    target_state: 'running',
    triggered_by: USER.number,
    triggered_by_username: USER.username,
    triggered_by_email: USER.email,
    started_at: startedAt.toISOString(),
    completed_at: ended?.toISOString() ?? null,
    duration_ms: ended === undefined ? null : ended.getTime() - startedAt.getTime(),
    status: outcome.status,
    error_message: outcome.status === 'failed' ? outcome.errorMessage : null,
    sub_operations: operation.subOperations,
    events: operationEvents(operation, now).map(({ eventType, at, state }) => ({
      event_type: eventType,
      timestamp: at.toISOString(),
      state,
    })),
    instance_name: operation.instanceName,
    compose_hash: written(operation.composeHash, 'bare', quirks),
  };
}

/**
 * GET /cvms/{id}/operation-status: untyped in OpenAPI ("idle if none in progress … including Celery task status"). The
 * names are chosen after OpenAPI's CvmStatus, which tells of a running operation as well.
 */
export function operationStatus(operation: Operation | undefined) {
  return operation === undefined
    ? { status: 'idle' }
    : {
        status: 'in_progress',
        operation_type: operation.type,
        operation_started_at: operation.startedAt.toISOString(),
        correlation_id: operation.correlationId,
        task_status: 'STARTED',
      };
}
