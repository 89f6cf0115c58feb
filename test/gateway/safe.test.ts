import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';
import { TestGateway } from './gateway.js';

const rig = useRig();
const gateway = new TestGateway(rig);
beforeAll(() => gateway.start());
afterAll(() => gateway.close());

/** What Safe's events service sends when a Safe has executed something. */
const executed = (txHash: string, changes: object = {}) => ({
  address: rig.cloud.safe.address,
  type: 'EXECUTED_MULTISIG_TRANSACTION',
  safeTxHash: `0x${'5'.repeat(64)}`,
  failed: 'false',
  txHash,
  chainId: String(rig.cloud.anvil.chainId),
  ...changes,
});

const send = (event: object | string, headers: Readonly<Record<string, string>> = {}, path = '/webhooks/safe') =>
  gateway.post(path, typeof event === 'string' ? event : JSON.stringify(event), {
    'content-type': 'application/json',
    ...headers,
  });
const bearer = () => ({ authorization: `Bearer ${gateway.safeSecret}` });
const basic = () => ({ authorization: `Basic ${Buffer.from(`safe:${gateway.safeSecret}`).toString('base64')}` });

describe('a transaction that a Safe has executed', () => {
  it('is handed to the changes that wait for that Safe, and to no others, and they check it', async () => {
    const [cvm, other, foreign] = [await rig.addCvm('safe'), await rig.addCvm('safe'), await rig.addCvm('external')];
    const changes = await Promise.all([cvm, other, foreign].map((one) => rig.countersign.updateCvm(rig.request(one))));
    const [waiting] = await Promise.all(changes.map((change) => rig.until(change, 'awaitingRegistration')));
    const [change, second, third] = changes;
    if (!change || !second || !third || !waiting) throw new Error('Not all of them were started.');
    // The list of changes may be a second behind.
    for (let told = 0; told < 3; ) {
      told = 0;
      for await (const { phase, runId } of rig.countersign.list({ phase: 'awaitingRegistration', running: true })) {
        if (phase === 'awaitingRegistration' && changes.some((one) => one.runId === runId)) told++;
      }
    }
    const transactionHash = await rig.signAndExecute(waiting);
    const { status, body } = await send(executed(transactionHash), basic());
    // Its own poll may have been quicker for the first.
    expect([status, body.outcome]).toEqual([202, 'hinted']);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    const record = async (one: typeof change) => (await one.status()).events.map(({ what }) => what).join('\n');
    // To the other one it is the registration of something else: it says so, and waits on.
    await rig.untilStatus(second, ({ events }) => events.some(({ what }) => what.startsWith('Not accepted')), 'a no');
    expect((await second.status()).phase).toBe('awaitingRegistration');
    expect(await record(third)).not.toContain('Not accepted');
    expect((await send(executed(transactionHash), bearer())).body.outcome).toBe('repeated');
    expect(cvm.commits).toHaveLength(1);
    expect(other.commits).toHaveLength(0);
    for (const one of [second, third]) await one.send('cancel', { by: 'test' });
  });

  it('moves nothing where nobody waits, where it failed inside, or where it is another event', async () => {
    const hash = `0x${'a'.repeat(64)}`;
    for (const event of [
      executed(hash, { chainId: '8453' }),
      executed(hash, { address: `0x${'9'.repeat(40)}` }),
      executed(hash, { failed: 'true' }),
      executed(hash, { failed: true }),
      executed(hash, { failed: undefined, isFailed: true }),
      { ...executed(hash), type: 'NEW_CONFIRMATION' },
      { ...executed(hash), type: 'SOMETHING_NEW' },
    ]) {
      const { status, body } = await send(event, bearer());
      expect([status, body.outcome]).toEqual([200, 'ignored']);
    }
  });
});

describe('a webhook of a Safe is refused', () => {
  it('without a secret, with a wrong one, and taken with it in the address', async () => {
    const event = executed(`0x${'b'.repeat(64)}`);
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: gateway.safeSecret }]) {
      expect((await send(event, headers)).status).toBe(401);
    }
    expect((await send(event, {}, '/webhooks/safe/wrong')).status).toBe(401);
    expect((await send(event, {}, `/webhooks/safe/${gateway.safeSecret}`)).status).toBe(200);
    expect(gateway.log).not.toContain(gateway.safeSecret);
  });

  it.each([
    ['no JSON', '{'],
    ['no address', { type: 'EXECUTED_MULTISIG_TRANSACTION', chainId: '1' }],
    ['no chain', { type: 'EXECUTED_MULTISIG_TRANSACTION', address: `0x${'9'.repeat(40)}`, chainId: 'one' }],
    [
      'no transaction',
      { type: 'EXECUTED_MULTISIG_TRANSACTION', address: `0x${'9'.repeat(40)}`, chainId: '1', txHash: 'x' },
    ],
  ])('with %s', async (_case, event) => {
    const { status, body } = await send(event, bearer());
    expect([status, body.outcome]).toEqual([400, 'refused']);
  });
});
