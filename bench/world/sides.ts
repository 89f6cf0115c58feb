import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Countersign } from '../../client/index.js';
import type { BareUpdate } from '../bare/workflow.js';
import type { Side } from './side.js';

/** Milliseconds between looks whether somebody waits. */
const glance = 25;
/** Whoever does not wait after so many milliseconds never will. */
const patience = 60_000;

/** The engine, through the client that services use. */
export const engineSide = (countersign: Countersign): Side => ({
  async start({ cvm }, { dockerComposeFile }) {
    const change = await countersign.updateCvm({
      cvmId: cvm.vmUuid,
      update: { dockerComposeFile },
      requestedBy: 'bench',
      registrar: 'external',
      policy: { finality: 'latest' },
    });
    return {
      untilWaiting: () => until(async () => (await change.status()).phase === 'awaitingRegistration'),
      tell: (transactionHash) => change.hint(transactionHash),
      async untilEnded() {
        const { phase, summary } = await change.result();
        if (phase !== 'completed') throw new Error(`A change that was measured is ${phase}: ${summary}`);
      },
    };
  },
});

/** The bare workflow, through Temporal's own client. */
export const bareSide = (client: Client, taskQueue: string): Side => ({
  async start({ cvm }, { dockerComposeFile, unregistered }) {
    const input = { cvmId: cvm.vmUuid, update: { dockerComposeFile }, untilTold: unregistered };
    const handle = await client.workflow.start<(input: BareUpdate) => Promise<string | null>>('bareUpdate', {
      workflowId: `bare-${randomUUID()}`,
      taskQueue,
      // The schema of the engine makes the same brand of the same text.
      args: [input as unknown as BareUpdate],
    });
    return {
      untilWaiting: () => until(() => handle.query<boolean, []>('isWaiting')),
      tell: () => handle.signal('registered'),
      async untilEnded() {
        await handle.result();
      },
    };
  },
});

async function until(waits: () => Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await waits()); await pause(glance)) {
    if (Date.now() - started > patience) throw new Error('An update that is measured does not get on.');
  }
}
