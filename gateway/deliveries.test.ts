import { describe, expect, it } from 'vitest';
import { about, type Answer, unavailable } from './answer.js';
import { Deliveries } from './deliveries.js';

const adopted = about('adopted', { change: 'cvm-1', runId: 'r-1' });

describe('a delivery', () => {
  it('is handled once, and told so when it comes again', async () => {
    const deliveries = new Deliveries();
    let handled = 0;
    const handle = async (): Promise<Answer> => {
      handled++;
      return adopted;
    };
    expect(await deliveries.once('evt_1', handle)).toBe(adopted);
    const again = { status: 200, body: { outcome: 'repeated', change: 'cvm-1', runId: 'r-1' } };
    expect(await deliveries.once('evt_1', handle)).toEqual(again);
    await deliveries.once('evt_2', handle);
    expect(handled).toBe(2);
  });

  it('that comes again while it is handled waits for the first', async () => {
    const deliveries = new Deliveries();
    let finish = (_answer: Answer): void => {};
    const first = deliveries.once('evt_1', () => new Promise((resolve) => (finish = resolve)));
    const second = deliveries.once('evt_1', () => Promise.reject(new Error('handled twice')));
    finish(adopted);
    expect([(await first).body.outcome, (await second).body.outcome]).toEqual(['adopted', 'repeated']);
  });

  it('is handled anew where it could not be handed on', async () => {
    const deliveries = new Deliveries();
    expect((await deliveries.once('evt_1', async () => unavailable('later'))).status).toBe(503);
    await expect(deliveries.once('evt_1', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await deliveries.once('evt_1', async () => adopted)).toBe(adopted);
  });

  it('is forgotten after ten thousand others', async () => {
    const deliveries = new Deliveries();
    let handled = 0;
    const handle = async (): Promise<Answer> => {
      handled++;
      return adopted;
    };
    for (let id = 0; id <= 10_000; id++) await deliveries.once(String(id), handle);
    await deliveries.once('10000', handle);
    expect(handled).toBe(10_001);
    await deliveries.once('0', handle);
    expect(handled).toBe(10_002);
  });
});
