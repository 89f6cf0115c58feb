import type { Hex } from 'viem';

/** One operation of a CVM, as GET /cvms/{id}/operations tells of it [OpenAPI CvmOperationResponse]. */
export interface Operation {
  readonly correlationId: string;
  /** "compose_update", "resize", … [OpenAPI: examples in the descriptions of operation_type]. */
  readonly type: OperationType;
  readonly startedAt: Date;
  /** When it ends, whatever the end is, unless it is cancelled. */
  readonly endsAt: Date;
  readonly composeHash: Hex;
  readonly instanceName: string;
  readonly subOperations: readonly string[];
  outcome: OperationOutcome;
}

/** "create": "Operation type (create, stop, etc.)" [OpenAPI StuckCvmOperation]. */
export type OperationType = 'create' | 'compose_update' | 'resize' | 'os_image_update';

type OperationOutcome =
  | { readonly status: 'in_progress' }
  | { readonly status: 'completed' }
  | {
      readonly status: 'failed';
      readonly errorMessage: string;
      /** Somebody ended it before its time. */
      readonly cancelledAt?: Date;
    };

/** When it ended; undefined while it runs. */
export function endOf({ outcome, endsAt }: Operation): Date | undefined {
  switch (outcome.status) {
    case 'in_progress':
      return undefined;
    case 'completed':
      return endsAt;
    case 'failed':
      return outcome.cancelledAt ?? endsAt;
  }
}

/** One line of an operation's time line [OpenAPI OperationEventDetail]. */
export interface OperationEvent {
  /** Chosen after the one example in OpenAPI, "instance.power_on.start". */
  readonly eventType: string;
  readonly at: Date;
  /** State of the CVM at that moment. */
  readonly state: string;
}

/**
 * The time line so far: the update begins, the VM goes down after a quarter of the time, comes up after a half and is
 * through its boot at the end; a new VM only comes up. Which events the real service records is unknown; these are chosen.
 */
export function operationEvents(operation: Operation, present: Date): OperationEvent[] {
  const now = endOf(operation) ?? present;
  const start = operation.startedAt.getTime();
  const duration = operation.endsAt.getTime() - start;
  const event = (eventType: string, share: number, state: string): OperationEvent => ({
    eventType,
    at: new Date(start + duration * share),
    state,
  });
  const isNew = operation.type === 'create';
  const running = [
    event(`instance.${operation.type}.start`, 0, isNew ? 'starting' : 'running'),
    ...(isNew
      ? []
      : [event('instance.power_off.start', 0.25, 'running'), event('instance.power_off.end', 0.5, 'stopped')]),
    event('instance.power_on.start', 0.5, 'starting'),
  ].filter(({ at }) => at <= now);
  switch (operation.outcome.status) {
    case 'in_progress':
      return running;
    case 'completed':
      return [
        ...running,
        event('instance.power_on.end', 1, 'running'),
        event(`instance.${operation.type}.end`, 1, 'running'),
      ];
    case 'failed':
      return operation.outcome.cancelledAt === undefined
        ? [...running, event('instance.power_on.error', 1, 'error')]
        : [...running, { eventType: `instance.${operation.type}.cancel`, at: now, state: 'running' }];
  }
}
