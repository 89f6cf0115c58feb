import type { Hex } from 'viem';

/** One operation of a CVM, as GET /cvms/{id}/operations tells of it [OpenAPI CvmOperationResponse]. */
export interface Operation {
  readonly correlationId: string;
  /** "compose_update", "resize", … [OpenAPI: examples in the descriptions of operation_type]. */
  readonly type: OperationType;
  readonly startedAt: Date;
  /** When it ends, whatever the end is. */
  readonly endsAt: Date;
  readonly composeHash: Hex;
  readonly instanceName: string;
  readonly subOperations: readonly string[];
  outcome: OperationOutcome;
}

export type OperationType = 'compose_update' | 'resize' | 'os_image_update';

type OperationOutcome =
  | { readonly status: 'in_progress' }
  | { readonly status: 'completed' }
  | { readonly status: 'failed'; readonly errorMessage: string };

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
 * through its boot at the end. Which events the real service records is unknown; these are chosen.
 */
export function operationEvents(operation: Operation, now: Date): OperationEvent[] {
  const start = operation.startedAt.getTime();
  const duration = operation.endsAt.getTime() - start;
  const event = (eventType: string, share: number, state: string): OperationEvent => ({
    eventType,
    at: new Date(start + duration * share),
    state,
  });
  const running = [
    event(`instance.${operation.type}.start`, 0, 'running'),
    event('instance.power_off.start', 0.25, 'running'),
    event('instance.power_off.end', 0.5, 'stopped'),
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
      return [...running, event('instance.power_on.error', 1, 'error')];
  }
}
