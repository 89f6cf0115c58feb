import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { PatientWorld } from './patientWorld.js';
import { day, TimeMachine } from './timeMachine.js';

const minute = 60 * 1000;
/** Until the poll has certainly looked again. */
const nextLook = day / 2;
const world = new PatientWorld();
let machine: TimeMachine;

beforeAll(async () => {
  machine = await TimeMachine.start(world.activities);
  await machine.startWorkers();
});
afterAll(() => machine.close());

const inDays = async (days: number): Promise<string> => new Date((await machine.now()) + days * day).toISOString();
const lines = async (change: Change): Promise<string> =>
  (await change.status()).events.map(({ what }) => what).join('\n');

describe('a change that waits for weeks', () => {
  it('for 30 days, with two tokens that expire: the same hash each time, nobody asked twice, one commit', async () => {
    const cvm = world.addCvm();
    const change = await machine.countersign.updateCvm(world.request(cvm, { deadline: await inDays(60) }));
    await machine.pass(15 * day);
    expect((await change.status()).phase).toBe('awaitingRegistration');
    expect(cvm.tokens, 'tokens while nothing is to be committed').toHaveLength(1);
    // Signed after the first token has expired; and then the API key turns out to be revoked.
    cvm.registered = true;
    cvm.refusal = 'PhalaUnauthorized';
    await machine.pass(nextLook);
    expect(await change.status()).toMatchObject({ phase: 'blocked', preparations: 2 });
    await machine.pass(15 * day);
    cvm.refusal = null;
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    const { preparations, composeHash, proposal, startedAt } = await change.status();
    expect({ preparations, tokens: cvm.tokens.length }).toEqual({ preparations: 3, tokens: 3 });
    expect(proposal?.expectation).toMatchObject({ composeHash });
    expect(cvm.asked, 'times the owners were asked').toBe(1);
    expect(cvm.commits).toEqual(['sealed:3']);
    expect((await machine.now()) - Date.parse(startedAt)).toBeGreaterThan(30 * day);
  });

  it('expires at its deadline of 30 days, to the minute, and has committed nothing', async () => {
    const cvm = world.addCvm();
    const change = await machine.countersign.updateCvm(world.request(cvm));
    const { deadline, startedAt } = await change.status();
    expect(Date.parse(deadline) - Date.parse(startedAt)).toBe(30 * day);
    await machine.pass(30 * day - minute);
    expect((await change.status()).phase).toBe('awaitingRegistration');
    await machine.pass(2 * minute);
    const { phase, events } = await change.status();
    expect(phase).toBe('expired');
    expect(Date.parse(events.at(-1)?.at ?? '') - Date.parse(deadline)).toBeLessThan(minute);
    expect(cvm.commits).toEqual([]);
  });

  it('goes on past its deadline where that was moved, as often as it is', async () => {
    const cvm = world.addCvm();
    const change = await machine.countersign.updateCvm(world.request(cvm, { deadline: await inDays(7) }));
    for (const days of [14, 21]) {
      await machine.pass(6 * day);
      await change.send('extend', { by: 'alice', deadline: await inDays(days) });
    }
    await machine.pass(20 * day);
    expect((await change.status()).phase).toBe('awaitingRegistration');
    cvm.registered = true;
    await machine.pass(nextLook);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await lines(change)).toContain('Deadline moved');
    expect(cvm.commits).toHaveLength(1);
  });

  it('costs as many events for 30 days as for a minute', async () => {
    const events = async (wait: number): Promise<readonly string[]> => {
      const cvm = world.addCvm();
      const change = await machine.countersign.updateCvm(world.request(cvm, { deadline: await inDays(60) }));
      await machine.pass(minute);
      await machine.pass(wait);
      const waited = await machine.events(change.id);
      await change.send('cancel', { by: 'test' });
      await change.result();
      expect(cvm.looks, 'looks at the chain').toBeGreaterThan(wait > day ? 100 : 1);
      return waited;
    };
    const [short, long] = [await events(minute), await events(30 * day)];
    expect(long).toEqual(short);
    expect(long.length).toBeLessThan(40);
  });
});
