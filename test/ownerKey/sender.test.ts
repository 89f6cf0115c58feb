import { describe, expect, it } from 'vitest';
import { addressSchema } from '../../model/hex.js';
import { type SendingKey, senderOf } from '../../model/sending.js';
import { useRig } from '../rig/rig.js';
import { orderOf, ScriptedKey } from './scriptedKey.js';

const keys = new Map<string, ScriptedKey>();

function keyOf({ key }: { readonly key: SendingKey }): ScriptedKey {
  const found = keys.get(key.address);
  if (!found) throw new Error(`no key ${key.address} is scripted`);
  return found;
}

const rig = useRig({
  activities: ({ chain, ...others }) => ({
    ...others,
    chain: {
      ...chain,
      signCall: (input) => keyOf(input).signCall(input),
      signReplacement: (input) => keyOf(input).signReplacement(input),
      sendTransactions: (input) => keyOf(input).sendTransactions(input),
    },
  }),
});

/** A key of its own, and its sender. */
function scripted() {
  const script = new ScriptedKey();
  const address = addressSchema.parse(String(keys.size + 1).repeat(40));
  keys.set(address, script);
  const key: SendingKey = { chainId: 1, address };
  const standing = (number: number) => rig.senders.standing(key, orderOf(number).id);
  return {
    script,
    order: (number: number) => rig.senders.order(key, orderOf(number)),
    withdraw: (number: number) => rig.senders.withdraw(key, orderOf(number).id),
    standing,
    untilEnded: (number: number, end: string) =>
      expect.poll(async () => (await standing(number))?.end, { timeout: 30_000 }).toBe(end),
    /** The run of the sender that goes on now. */
    run: async () => (await rig.client.workflow.getHandle(senderOf(key, rig.taskQueue)).describe()).runId,
  };
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_000));

describe('a gap between the nonces of a key', () => {
  it('is filled with nothing, once, and what comes after it is mined', async () => {
    const { script, order, standing, untilEnded } = scripted();
    // Somebody else has nonce 0 in the pool when these are signed, and then it is gone.
    script.foreign.add(0);
    script.mines = () => false;
    await Promise.all([order(0), order(1)]);
    await expect.poll(() => script.signed.map(({ nonce }) => nonce), { timeout: 20_000 }).toEqual([1, 2]);
    script.foreign.clear();
    script.mines = () => true;
    await Promise.all([untilEnded(0, 'done'), untilEnded(1, 'done')]);
    expect(script.voided).toEqual([0]);
    expect(script.signed).toHaveLength(2);
    expect((await standing(0))?.lines.join()).toMatch(/Signed call.*Mined: 0x/);
  });
});

describe('more orders than a node keeps transactions of a key', () => {
  it('have sixteen of them under way, and the next is signed when one is mined', async () => {
    const { script, order, withdraw, standing, untilEnded } = scripted();
    script.mines = () => false;
    for (const number of upTo(20)) await order(number);
    await expect.poll(() => script.signed.length, { timeout: 20_000 }).toBe(16);
    await pause();
    expect(script.signed.map(({ nonce }) => nonce)).toEqual(upTo(16));
    // One that has not had its turn is withdrawn at once, and nothing is signed for it.
    await withdraw(18);
    await untilEnded(18, 'withdrawn');
    script.mines = (nonce) => nonce === 0;
    await expect.poll(() => script.signed.length, { timeout: 20_000 }).toBe(17);
    await pause();
    expect(script.signed).toHaveLength(17);
    script.mines = () => true;
    for (const number of upTo(20)) if (number !== 18) await untilEnded(number, 'done');
    expect(script.signed.map(({ nonce }) => nonce)).toEqual(upTo(19));
    expect(script.voided).toEqual([]);
    expect((await standing(18))?.lines).toEqual([]);
  });
});

describe('a sender whose history has become long', () => {
  it('goes on in a new run: what is under way is sent again as it is, and what has ended is known', async () => {
    const { script, order, standing, untilEnded, run } = scripted();
    script.mines = (nonce) => nonce !== 0;
    await order(0);
    await expect.poll(() => script.sent.get(0)?.size, { timeout: 20_000 }).toBe(1);
    const first = await run();
    // An order takes some sixteen events; two thousand are the most.
    const others = upTo(200).slice(1);
    await Promise.all(others.map(order));
    await expect.poll(run, { timeout: 60_000 }).not.toBe(first);
    await expect.poll(async () => (await standing(0))?.lines.length, { timeout: 20_000 }).toBe(1);
    expect(await standing(0)).toMatchObject({ end: null });
    for (const number of others) {
      // A change asks again for an order that had not had its turn.
      if ((await standing(number)) === null) await order(number);
      await untilEnded(number, 'done');
    }
    script.mines = () => true;
    await untilEnded(0, 'done');
    expect(script.sent.get(0)?.size).toBe(1);
    expect(script.signed.map(({ nonce }) => nonce).toSorted((one, other) => one - other)).toEqual(upTo(200));
    expect(new Set(script.signed.map(({ data }) => data)).size).toBe(200);
    expect(script.voided).toEqual([]);
  }, 180_000);
});
