import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { signAsOwners } from '../../stack/scenes/signAsOwners.js';
import { startTimeMachine, type TimeMachine } from '../world/timeMachine.js';
import { type AskedKind, kinds } from './kinds.js';
import type { Details, Measure, Row } from './measure.js';

const waits = { minute: 60_000, day: 86_400_000 } as const;
/** What a change may cost at the most. */
const mostEvents = 60;
/** Milliseconds between looks at the history, and after how many without news a change waits for somebody outside. */
const glance = 100;
const looksAtRest = 12;
/** Those that a change has before it has asked anybody anything. */
const firstEvents = 10;

/** Events and bytes of the whole history of each kind of change through a Safe, having waited for its owners. */
export const history: Measure = {
  name: 'history',
  quick: true,
  async run({ say }) {
    const machine = await startTimeMachine(say);
    try {
      const rows: Row[] = [];
      for (const kind of kinds) {
        const details: Record<keyof typeof waits, Details> = {
          minute: await carryThrough(machine, kind, waits.minute),
          day: await carryThrough(machine, kind, waits.day),
        };
        const events = Object.values(details).map((each) => each['events'] ?? 0);
        const steps = new Set(Object.values(details).map((each) => each['steps']));
        say(`  ${kind.name}: ${JSON.stringify(details)}`);
        rows.push({
          ...{ name: `history.${kind.name}`, title: `History of ${kind.title}`, unit: 'events', details },
          ...{ ours: events, baseline: [] },
          target:
            kind.name === 'update' ? `${mostEvents} events or fewer, equal for both waits` : 'equal for both waits',
          isMet: ({ ours }) => (kind.name !== 'update' || ours <= mostEvents) && steps.size === 1,
          how: `to its end, through a Safe, after a wait of a minute and of a day; ${listed(details, 'steps')} beside those of workflow tasks; ${listed(details, 'bytes')} bytes`,
        });
      }
      return rows;
    } finally {
      await machine.stop();
    }
  },
};

const listed = (details: Readonly<Record<string, Details>>, what: string): string =>
  Object.values(details)
    .map((each) => (each[what] ?? 0).toLocaleString('en'))
    .join(' and ');

/** Has a change wait for its owners, and then end. */
async function carryThrough(machine: TimeMachine, kind: AskedKind, wait: number): Promise<Details> {
  const change = await kind.ask(machine);
  const handle = machine.client.workflow.getHandle(change.id, change.runId);
  await untilAtRest(handle);
  await machine.pass(wait);
  const status = await change.status();
  if (status.phase !== 'awaitingRegistration') throw new Error(`${kind.title} is ${status.phase} before its time.`);
  const transactionHash = await signAsOwners(machine.cloud, status, () => {});
  await change.send('registered', { by: 'bench', transactionHash });
  const { phase, summary } = await change.result();
  if (phase !== 'completed') throw new Error(`${kind.title} is ${phase}: ${summary}`);
  const history = await handle.fetchHistory();
  const events = history.events ?? [];
  // How many answers fall into one workflow task is a matter of milliseconds.
  const ofTasks = events.filter((event) => Object.keys(event).some((field) => field.startsWith('workflowTask')));
  return { events: events.length, steps: events.length - ofTasks.length, bytes: sizeOf(history) };
}

/** Looks at the history only: this server writes a workflow task for each query that comes while something runs. */
async function untilAtRest(handle: WorkflowHandle): Promise<void> {
  const lengthOf = async () => (await handle.fetchHistory()).events?.length ?? 0;
  let length = 0;
  for (let unchanged = 0; unchanged < looksAtRest; await pause(glance)) {
    const now = await lengthOf();
    unchanged = now === length && now > firstEvents ? unchanged + 1 : 0;
    length = now;
  }
}

/** As it goes over the wire. The SDK hands out messages of a class that it does not export. */
function sizeOf(message: object): number {
  const type = message.constructor as unknown as { encode(message: object): { finish(): Uint8Array } };
  return type.encode(message).finish().length;
}
