import { describe, expect, it } from 'vitest';
import { useProxiedRig } from '../api/useProxiedRig.js';
import { commitRoutes } from '../rig/commitRoutes.js';

const { rig, carry } = useProxiedRig();

/** From here on the text of every answer is another one. */
function rewrite(text: (body: string, path: string) => string): void {
  carry(async ({ path }, deliver) => {
    const { status, body } = await deliver();
    return { status, body: text(body, path) };
  });
}

/** Holds a change on every route, lets something happen, and sees each of them completed, once in effect. */
async function allComplete(meanwhile: (held: Awaited<ReturnType<(typeof commitRoutes)[number]['hold']>>) => void) {
  const all = await Promise.all(commitRoutes.map(({ hold }) => hold(rig)));
  for (const held of all) meanwhile(held);
  await Promise.all(all.map(({ release }) => release()));
  const named = <Value>(value: (at: number) => Value) =>
    Object.fromEntries(commitRoutes.map(({ name }, index) => [name, value(index)]));
  const ends = await Promise.all(all.map(({ change }) => change.result()));
  expect(named((at) => [ends[at]?.phase, all[at]?.effects()])).toEqual(named(() => ['completed', 1]));
}

// One after the other: they change what everybody is answered.
describe('answers', () => {
  it('with fields that nobody knows, and with those that every object has, are read all the same', async () => {
    rewrite((body) =>
      body.replace(
        /^\{/,
        '{"__proto__": {"in_progress": true, "polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "toString": 1, "x_new": [{}],',
      ),
    );
    await allComplete(() => {});
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('with states that nobody knows count as being under way, and do not end a change', async () => {
    let left = 0;
    rewrite((body, path) =>
      /operations|\/cvms\/[^/]+$/.test(path) && left-- > 0
        ? body.replaceAll(/"status":"(updating|starting|in_progress|running|completed)"/g, '"status":"reconciling"')
        : body,
    );
    // Not before they are held: on the way there answers are read, too.
    await allComplete(() => {
      left = 12;
    });
    expect(left).toBeLessThanOrEqual(0);
  });

  it('that are a page in place of JSON do not count as an acceptance: what took no effect is asked for again', async () => {
    const page = { status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } };
    await allComplete(({ fault }) => fault({ kind: 'answer', ...page }));
  });

  it('that are a page in place of JSON do not hide what took effect: it is not asked for again', async () => {
    const page = { status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } };
    await allComplete(({ fault }) => fault({ kind: 'loseReply', by: page }));
  });

  it('that are half of a JSON text are no answers', async () => {
    await allComplete(({ fault }) => fault({ kind: 'loseReply', by: { status: 200, body: '{"vm_uuid": "01' } }));
  });

  it.each([['constructor'], ['__proto__']])(
    'with an error code that every object has are those of their status: %s',
    async (code) => {
      const cvm = await rig.addCvm('none');
      rig.cloud.simulator.faults.add({
        cvm: cvm.vmUuid,
        endpoint: 'patchCvm',
        what: { kind: 'answer', status: 503, body: { error_code: code, message: 'no' } },
      });
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      expect(await change.result()).toMatchObject({ phase: 'completed' });
      expect(cvm.commits).toHaveLength(1);
    },
  );

  it('that lack what a change needs block it, with the path of what is missing and without what stood there', async () => {
    const cvm = await rig.addCvm('safe');
    rig.cloud.simulator.faults.add({
      endpoint: 'getCvm',
      cvm: cvm.vmUuid,
      what: { kind: 'alterBody', remove: ['status'], set: { app_id: 'hunter2' } },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'PhalaAnswerUnreadable', effect: 'none' });
    expect(blocked?.message).toMatch(/status: .*app_id: |app_id: .*status: /);
    expect(blocked?.message).not.toContain('hunter2');
    await change.send('retry', { by: 'operator' });
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
  });

  it('that lack it while the change is applied block it, and say that it has taken effect', async () => {
    const cvm = await rig.addCvm('none');
    rig.cloud.simulator.faults.add({
      endpoint: 'listOperations',
      cvm: cvm.vmUuid,
      times: null,
      // The first look comes before the change.
      when: () => cvm.commits.length > 0,
      what: { kind: 'alterBody', remove: ['items'] },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'PhalaAnswerUnreadable', phase: 'applying', effect: 'taken' });
    await expect(change.send('cancel', { by: 'test' })).rejects.toMatchObject({ type: 'CommitUnderWay' });
    rig.cloud.simulator.faults.clear();
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });

  it.each([['failed'], ['cancelled'], ['timed_out'], ['ERROR']])(
    'that tell of an operation’s end in whatever word end the change as failed: %s',
    async (word) => {
      const cvm = await rig.addCvm('none');
      rewrite((body, path) =>
        path.includes('/operations') ? body.replaceAll('"status":"completed"', `"status":"${word}"`) : body,
      );
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      await expect(change.result()).rejects.toMatchObject({ type: 'OperationFailed', effect: 'taken' });
    },
  );
});
