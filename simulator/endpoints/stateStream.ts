import { cvmState } from '../answers/cvmState.js';
import { tooManyStreams } from '../answers/errors.js';
import { EventStream } from '../server/eventStream.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';

/** What a caller waits for. */
export interface Watch {
  readonly target: string;
  /** Seconds of the simulator's clock between two looks. */
  readonly interval: number;
  /** Seconds of the simulator's clock until the server gives up. */
  readonly timeout: number;
}

/**
 * Watches a CVM until it has a status [OpenAPI handle_get_cvm_state; events and their data: facts §4, SDK SSEEvent]. Every
 * look gives a `state`; the target then gives `complete`, the end of the time `timeout`, and a CVM that is gone `error`,
 * each of them the last event. `elapsed` is in whole seconds of the simulator's clock.
 *
 * Chosen: the first look is at once; a CVM in status "error" is watched on, as the next update may heal it; the texts.
 */
export function stateStream(cloud: Cloud, cvm: Cvm, { target, interval, timeout }: Watch): EventStream {
  if (cloud.streams.isFull) {
    throw tooManyStreams();
  }
  return new EventStream((connection) => {
    connection.onClose(cloud.streams.enter());
    const begin = cloud.clock.milliseconds();
    const deadline = begin + timeout * 1000;
    const finish = (event: string, data: object) => {
      connection.send(event, { ...data, elapsed: Math.round((cloud.clock.milliseconds() - begin) / 1000) });
      connection.end();
    };
    const look = () => {
      if (connection.closed) {
        return;
      }
      if (cloud.cvms.get(cvm.vmUuid) !== cvm) {
        return finish('error', { error: 'CVM not found', message: 'The CVM was deleted while it was watched.' });
      }
      connection.send('state', cvmState(cvm));
      const now = cloud.clock.milliseconds();
      if (cvm.status === target) {
        finish('complete', { status: cvm.status, target });
      } else if (now >= deadline) {
        finish('timeout', { error: `Timed out waiting for status ${target}`, target });
      } else {
        cloud.clock.at(Math.min(now + interval * 1000, deadline), async () => look());
      }
    };
    look();
  });
}
