import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCompose, prepareElsewhere } from '../rig/prepareElsewhere.js';
import { useRig } from '../rig/rig.js';
import { pendingEvent, TestGateway } from './gateway.js';

const rig = useRig();
const gateway = new TestGateway(rig);
beforeAll(() => gateway.start());
afterAll(() => gateway.close());

/** A CVM with an update that somebody has prepared. */
async function prepared() {
  const cvm = await rig.addCvm('safe');
  const file = newCompose();
  return { cvm, file, preparation: await prepareElsewhere(rig, cvm, file) };
}

const changeOf = (cvmId: string) => rig.countersign.change(cvmId);
const isUntouched = async (cvmId: string) =>
  await expect(changeOf(cvmId).status()).rejects.toMatchObject({ name: 'ChangeNotFoundError' });

describe('a prepared update that a webhook tells of', () => {
  it('is adopted, and carried to its end', async () => {
    const { cvm, preparation } = await prepared();
    const event = pendingEvent(cvm, preparation);
    const { status, body } = await gateway.deliver(event);
    expect([status, body]).toEqual([
      202,
      { outcome: 'adopted', change: `cvm-${cvm.vmUuid}`, runId: expect.anything() },
    ]);
    const change = changeOf(cvm.vmUuid);
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting).toMatchObject({
      ...{ kind: 'adopt', requestedBy: 'carol', tokenExpiresAt: event.data.expires_at },
      reason: expect.stringContaining(event.id),
    });
    const transactionHash = await rig.signAndExecute(waiting);
    await change.send('registered', { by: 'test', transactionHash }).catch(() => {});
    // By policy a registration counts when it is safe.
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: preparation.composeHash });
    expect(cvm.commits).toMatchObject([{ via: 'token', composeHash: preparation.composeHash }]);
    expect(gateway.log).not.toContain(preparation.token);
  });

  it('changes nothing where its signature is wrong', async () => {
    const { cvm, preparation } = await prepared();
    const event = pendingEvent(cvm, preparation);
    const wrong = await Promise.all([
      gateway.deliver(event, { secret: 'whsec_not-the-secret-at-all' }),
      gateway.deliver(event, { headers: { 'x-webhook-signature': null } }),
      gateway.deliver(event, { headers: { 'x-webhook-signature': 'sha256=' } }),
      gateway.deliver(event, { headers: { 'x-webhook-timestamp': null } }),
      // Signed for one second, sent with another.
      gateway.deliver(event, { headers: { 'x-webhook-timestamp': String(Math.floor(Date.now() / 1000) - 7) } }),
    ]);
    for (const { status, body } of wrong) expect([status, body.outcome]).toEqual([401, 'refused']);
    await isUntouched(cvm.vmUuid);
  });

  it('changes nothing where its timestamp is old, or of the future', async () => {
    const { cvm, preparation } = await prepared();
    for (const ahead of [-301, 310, 1_000_000, -1_000_000]) {
      const { status, body } = await gateway.deliver(pendingEvent(cvm, preparation), { ahead });
      expect([status, body.outcome]).toEqual([401, 'refused']);
    }
    await isUntouched(cvm.vmUuid);
  });

  it('changes nothing where the headers name another event or id than the body', async () => {
    const { cvm, preparation } = await prepared();
    const event = pendingEvent(cvm, preparation);
    for (const headers of [
      { 'x-webhook-event': 'cvm.updated' },
      { 'x-webhook-event': null },
      { 'x-webhook-id': 'evt_0000000000000000' },
      { 'x-webhook-id': null },
    ]) {
      const { status, body } = await gateway.deliver(event, { headers });
      expect([status, body.outcome]).toEqual([400, 'refused']);
    }
    // And a body of another event under the header of this one.
    const other = { ...event, event: 'cvm.deleted' };
    const { status } = await gateway.deliver(other, { headers: { 'x-webhook-event': event.event } });
    expect(status).toBe(400);
    await isUntouched(cvm.vmUuid);
  });

  it('is taken up once, however often it is delivered, by two gateways, and after a restart', async () => {
    const { cvm, preparation } = await prepared();
    const event = pendingEvent(cvm, preparation);
    const second = new TestGateway(rig);
    await second.start({ COUNTERSIGN_PHALA_WEBHOOK_SECRETS: gateway.secret });
    try {
      const ports = [gateway.port, second.port, gateway.port, second.port, gateway.port, second.port];
      const answers = await Promise.all(ports.map((port) => gateway.deliver(event, { port })));
      const runs = new Set(answers.map(({ body }) => body.runId));
      expect(runs.size).toBe(1);
      expect(answers.filter(({ body }) => body.outcome === 'adopted')).toHaveLength(1);
      expect(answers.every(({ status, body }) => status < 300 && ['adopted', 'repeated'].includes(body.outcome))).toBe(
        true,
      );
      await rig.until(changeOf(cvm.vmUuid), 'awaitingRegistration');

      expect(await gateway.stop()).toBe(0);
      await gateway.start();
      const again = await gateway.deliver(event);
      expect(again.body).toMatchObject({ outcome: 'repeated', runId: [...runs][0] });

      await changeOf(cvm.vmUuid).send('reject', { by: 'test' });
      await changeOf(cvm.vmUuid).result();
      // What was rejected does not come back by a delivery that is late, neither this one nor another of the same.
      expect((await second.deliver(event, { secret: gateway.secret })).body.outcome).toBe('repeated');
      expect(await gateway.stop()).toBe(0);
      await gateway.start();
      expect((await gateway.deliver(event)).body).toMatchObject({ outcome: 'known', runId: [...runs][0] });
      const sibling = { ...event, id: 'evt_fedcba9876543210' };
      expect((await gateway.deliver(sibling)).body).toMatchObject({ outcome: 'known', runId: [...runs][0] });
    } finally {
      await second.close();
    }
    expect(cvm.commits).toEqual([]);
  });

  it('renews a change whose token has become void, and nobody signs twice', async () => {
    const { cvm, file, preparation } = await prepared();
    await gateway.deliver(pendingEvent(cvm, preparation));
    const change = changeOf(cvm.vmUuid);
    const waiting = await rig.until(change, 'awaitingRegistration');
    await rig.cloud.simulator.clock.advance(15 * 86_400_000);
    await rig.register(change, waiting);
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ failure: 'CommitTokenVoid' });
    const again = await prepareElsewhere(rig, cvm, file);
    const event = pendingEvent(cvm, again, {
      data: { expires_at: new Date(Date.now() + 29 * 86_400_000).toISOString() },
    });
    const answers = [await gateway.deliver(event), await gateway.deliver(event)];
    expect(answers.map(({ body }) => body.outcome)).toEqual(['renewed', 'repeated']);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: preparation.composeHash });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('the lock of the CVM', () => {
  it('lets a foreign preparation wait outside, and tells the change that holds it', async () => {
    const cvm = await rig.addCvm('safe');
    const own = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(own, 'awaitingRegistration');
    const foreign = await prepareElsewhere(rig, cvm);
    const event = pendingEvent(cvm, foreign);
    const { status, body } = await gateway.deliver(event);
    expect([status, body]).toEqual([
      200,
      { outcome: 'held', change: own.id, runId: own.runId, reason: expect.any(String) },
    ]);
    await gateway.stop();
    await gateway.start();
    expect((await gateway.deliver(event)).body.outcome).toBe('held');
    const remarks = (await own.status()).events.filter(({ what }) => what === 'Remark.');
    expect(remarks).toHaveLength(1);
    expect(remarks[0]?.reason).toContain(foreign.composeHash);
    expect(remarks[0]?.reason).toContain('carol');
    // Somebody who prepares again and again does not fill its history.
    for (let more = 0; more < 12; more++) {
      expect((await gateway.deliver(pendingEvent(cvm, foreign))).body.outcome).toBe('held');
    }
    expect((await own.status()).events.filter(({ what }) => what === 'Remark.')).toHaveLength(10);
    // Its own token is void now; it prepares again and wins.
    await rig.register(own, waiting);
    expect(await own.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash }]);
  });

  it('is held by one where an update and an adoption begin at once, and the other is told', async () => {
    const { cvm, preparation } = await prepared();
    const [adoption, update] = await Promise.allSettled([
      gateway.deliver(pendingEvent(cvm, preparation)),
      rig.countersign.updateCvm(rig.request(cvm)),
    ]);
    if (adoption.status === 'rejected') throw adoption.reason;
    if (update.status === 'rejected') {
      expect(adoption.value.body.outcome).toBe('adopted');
      expect(update.reason).toMatchObject({ holder: { kind: 'adopt' } });
    } else {
      expect(adoption.value.body).toMatchObject({ outcome: 'held', runId: update.value.runId });
    }
  });
});

describe('what policy or the event itself leaves out is ignored', () => {
  it.each(['cvm.updated', 'cvm.create_failed', 'cvm.replica.pending_approval', 'webhook.test', 'something.new'])(
    '%s',
    async (event) => {
      const { cvm, preparation } = await prepared();
      const { status, body } = await gateway.deliver({ ...pendingEvent(cvm, preparation), event });
      expect([status, body.outcome]).toEqual([200, 'ignored']);
      await isUntouched(cvm.vmUuid);
    },
  );

  it('a preparation without a token, and one whose token has expired', async () => {
    const { cvm, preparation } = await prepared();
    for (const data of [
      { commit_token: undefined },
      { commit_token: null },
      { expires_at: new Date(Date.now() - 1_000).toISOString() },
    ]) {
      const { status, body } = await gateway.deliver(pendingEvent(cvm, preparation, { data }));
      expect([status, body.outcome]).toEqual([200, 'ignored']);
    }
    await isUntouched(cvm.vmUuid);
  });

  it('a preparation of a workspace that is not named', async () => {
    const { cvm, preparation } = await prepared();
    const choosy = new TestGateway(rig);
    await choosy.start({ COUNTERSIGN_ADOPT: 'other-team' });
    try {
      const event = pendingEvent(cvm, preparation);
      expect((await choosy.deliver(event)).body).toMatchObject({ outcome: 'ignored' });
      await isUntouched(cvm.vmUuid);
      const theirs = pendingEvent(cvm, preparation, { workspace: { id: 'other-team' } });
      expect((await choosy.deliver(theirs)).body.outcome).toBe('adopted');
    } finally {
      await choosy.close();
    }
  });
});

describe('what cannot be read is refused in words that repeat nothing of it', () => {
  const hunter = 'hunter2-hunter2';
  it.each([
    ['no JSON', `{"id": "${hunter}"`],
    ['nothing', ''],
    ['no object', `"${hunter}"`],
    ['a list', `["${hunter}"]`],
    ['an object of nothing', '{}'],
    ['an id that is no text', `{"id": {"${hunter}": 1}, "event": "cvm.updated"}`],
    ['a prototype', `{"__proto__": {"event": "${hunter}"}, "constructor": 1}`],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('%s', async (_case, body) => {
    const { status, body: answer } = await gateway.deliver(body);
    expect([status, answer.outcome]).toEqual([400, 'refused']);
    expect(JSON.stringify(answer)).not.toMatch(/hunter|at .*\.js/);
  });

  it.each([
    ['cvm_id', { cvm_id: hunter }],
    ['compose_hash', { compose_hash: hunter }],
    ['app_id', { app_id: null }],
    ['device_id', { device_id: hunter }],
    ['commit_token', { commit_token: { [hunter]: 1 } }],
    ['commit_token', { commit_token: hunter.repeat(400) }],
    ['expires_at', { expires_at: hunter }],
  ])('an event with a wrong %s', async (field, data) => {
    const { cvm, preparation } = await prepared();
    const { status, body } = await gateway.deliver(pendingEvent(cvm, preparation, { data }));
    expect([status, body.outcome]).toEqual([400, 'refused']);
    expect(body.reason).toContain(field);
    expect(JSON.stringify(body)).not.toContain(hunter);
    await isUntouched(cvm.vmUuid);
  });

  it('a name of whoever prepared it that is none is left out', async () => {
    const { cvm, preparation } = await prepared();
    const data = { initiated_by: { username: 'a\u0000b\ud800' } };
    expect((await gateway.deliver(pendingEvent(cvm, preparation, { data }))).body.outcome).toBe('adopted');
    expect((await changeOf(cvm.vmUuid).status()).requestedBy).toBe('somebody at Phala Cloud');
  });

  it('what is too large, or of another type', async () => {
    const large = await gateway.deliver({ id: 'evt_1', event: 'cvm.updated', padding: 'x'.repeat(70_000) });
    expect([large.status, large.body.outcome]).toEqual([413, 'refused']);
    const form = await gateway.deliver('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([form.status, form.body.outcome]).toEqual([415, 'refused']);
    const none = await gateway.post('/webhooks/elsewhere', '{}', { 'content-type': 'application/json' });
    expect([none.status, none.body.outcome]).toEqual([404, 'refused']);
  });

  it('leaves the gateway alive and ready', async () => {
    for (const path of ['/livez', '/readyz']) expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
    expect(gateway.log).not.toContain('"level":"error"');
  });
});
