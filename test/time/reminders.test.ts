import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { readConfig } from '../../worker/config.js';
import { useReceiver } from '../rig/receiver.js';
import { PatientWorld } from './patientWorld.js';
import { day, TimeMachine } from './timeMachine.js';

const receiver = await useReceiver();
const world = new PatientWorld(
  readConfig({ PHALA_CLOUD_API_KEY: 'none', ...receiver.environment, COUNTERSIGN_NOTIFY_BEFORE_TOKEN_EXPIRY: '1d' })
    .notifications,
  () => machine.now(),
);
let machine: TimeMachine;

beforeAll(async () => {
  machine = await TimeMachine.start(world.activities);
  await machine.startWorkers();
});
afterAll(() => machine.close());

const inDays = async (days: number): Promise<string> => new Date((await machine.now()) + days * day).toISOString();

/** What was told of a change, with the day on which it fell due. */
async function told(change: Change): Promise<readonly string[]> {
  const start = Date.parse((await change.status()).startedAt);
  return receiver.of(change.id).map(({ body: { id, runId, event, occurredAt } }) => {
    const on = Math.round(((Date.parse(occurredAt) - start) / day) * 100) / 100;
    return `${id.replace(`${runId}/`, '')} ${event.replace('change.', '')} on day ${on}`;
  });
}

describe('a change that nobody signs', { timeout: 120_000 }, () => {
  it('for 30 days has each reminder once, on its day, and then its end', async () => {
    const cvm = world.addCvm();
    const change = await machine.countersign.updateCvm(world.request(cvm));
    await machine.pass(30 * day - 60_000);
    expect((await change.status()).phase).toBe('awaitingRegistration');
    const waited = await machine.events(change.id);
    await machine.pass(120_000);
    expect((await change.status()).phase).toBe('expired');
    await expect
      .poll(() => told(change), { timeout: 20_000 })
      .toEqual([
        '1 awaitingRegistration on day 0',
        '1/reminder/1 reminder on day 1',
        '1/reminder/2 reminder on day 3',
        '1/reminder/3 reminder on day 10',
        '1/token/86400 tokenExpiring on day 13',
        '1/reminder/4 reminder on day 17',
        '1/reminder/5 reminder on day 24',
        '1/deadline/259200 deadlineNear on day 27',
        '1/deadline/86400 deadlineNear on day 29',
        '1/deadline/14400 deadlineNear on day 29.83',
        '2 expired on day 30',
      ]);

    const other = await machine.countersign.updateCvm(world.request(world.addCvm()));
    await machine.pass(60_000);
    expect(waited, 'history after 30 days').toEqual(await machine.events(other.id));
    await other.send('cancel', { by: 'test' });
  });

  it('has what is due before the deadline where that was moved to, and nothing where it was', async () => {
    const cvm = world.addCvm();
    const change = await machine.countersign.updateCvm(world.request(cvm, { deadline: await inDays(5) }));
    await machine.pass(day / 2);
    await change.send('extend', { by: 'alice', deadline: await inDays(11.5) });
    await machine.pass(11.4 * day);
    expect((await told(change)).filter((line) => line.includes('deadline'))).toEqual([
      '1/deadline/259200 deadlineNear on day 9',
      '1/deadline/86400 deadlineNear on day 11',
      '1/deadline/14400 deadlineNear on day 11.83',
    ]);
    await change.send('cancel', { by: 'test' });
  });

  it('has what was not delivered for a day given up, and the next reminder all the same', async () => {
    receiver.status = 503;
    const cvm = world.addCvm();
    const change = await machine.countersign.updateCvm(world.request(cvm));
    await machine.pass(1.5 * day);
    const inVain = receiver.of(change.id).length;
    expect(inVain).toBeGreaterThan(20);
    receiver.status = 204;
    await machine.pass(2 * day);
    const delivered = (await told(change)).slice(inVain);
    expect(delivered.filter((line) => line.startsWith('1 '))).toEqual([]);
    expect(delivered).toContain('1/reminder/2 reminder on day 3');
    await change.send('cancel', { by: 'test' });
    await change.result();
  });
});
