import { setTimeout as pause } from 'node:timers/promises';
import type { Change } from '../../client/index.js';
import { signAsOwners } from '../../stack/scenes/signAsOwners.js';
import { startTimeMachine, type TimeMachine } from '../world/timeMachine.js';
import { type AskedKind, kinds } from './kinds.js';
import type { Details, Measure, Row } from './measure.js';

const waits = { minute: 60_000, day: 86_400_000 } as const;
/** What a change may cost at the most. */
const mostEvents = 60;
/** Whatever does not wait after so many milliseconds never will. */
const patience = 60_000;

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
        say(`  ${kind.name}: ${JSON.stringify(details)}`);
        rows.push({
          ...{ name: `history.${kind.name}`, title: `History of ${kind.title}`, unit: 'events', details },
          ...{ ours: events, baseline: [] },
          target:
            kind.name === 'update' ? `${mostEvents} events or fewer, equal for both waits` : 'equal for both waits',
          isMet: ({ ours }) => (kind.name !== 'update' || ours <= mostEvents) && new Set(events).size === 1,
          how: `to its end, through a Safe, after a wait of a minute and of a day; ${bytesOf(details)} bytes`,
        });
      }
      return rows;
    } finally {
      await machine.stop();
    }
  },
};

const bytesOf = (details: Readonly<Record<string, Details>>): string =>
  Object.values(details)
    .map(({ bytes = 0 }) => bytes.toLocaleString('en'))
    .join(' and ');

/** Has a change wait for its owners, and then end. */
async function carryThrough(machine: TimeMachine, kind: AskedKind, wait: number): Promise<Details> {
  const change = await kind.ask(machine);
  await untilWaiting(change);
  await machine.pass(wait);
  const transactionHash = await signAsOwners(machine.cloud, await change.status(), () => {});
  await change.send('registered', { by: 'bench', transactionHash });
  const { phase, summary } = await change.result();
  if (phase !== 'completed') throw new Error(`${kind.title} is ${phase}: ${summary}`);
  const events = await machine.client.workflow.getHandle(change.id, change.runId).fetchHistory();
  return { events: events.events?.length ?? 0, bytes: sizeOf(events) };
}

async function untilWaiting(change: Change): Promise<void> {
  for (const started = Date.now(); (await change.status()).phase !== 'awaitingRegistration'; await pause(25)) {
    if (Date.now() - started > patience) throw new Error(`${change.id} does not get on.`);
  }
}

/** As it goes over the wire. The SDK hands out messages of a class that it does not export. */
function sizeOf(message: object): number {
  const type = message.constructor as unknown as { encode(message: object): { finish(): Uint8Array } };
  return type.encode(message).finish().length;
}
