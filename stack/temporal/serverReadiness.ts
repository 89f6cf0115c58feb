import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

/** `ServingStatus.SERVING` of the gRPC health checking protocol. */
const serving = 1;

/** The service that the health of a Temporal frontend is asked for. */
const frontendService = 'temporal.api.workflowservice.v1.WorkflowService';

interface ReadinessOptions {
  /** host:port of the frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Waits until a server answers SERVING and has the namespace.
 *
 * @throws Error of the last attempt when `signal` is aborted
 */
export async function untilServing({ address, namespace, signal }: ReadinessOptions): Promise<void> {
  const connection = await untilAnswering(() => Connection.connect({ address, connectTimeout: 2_000 }), signal);
  try {
    await untilAnswering(async () => {
      const { status } = await connection.healthService.check({ service: frontendService });
      if (status !== serving) throw new Error(`${address} answers, but its health is ${status}, not SERVING`);
      await connection.workflowService.describeNamespace({ namespace });
    }, signal);
  } finally {
    await connection.close();
  }
}

async function untilAnswering<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw error;
      await delay(50);
    }
  }
}
