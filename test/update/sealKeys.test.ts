import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealEnv } from '../../client/sealEnv.js';
import { useRig } from '../rig/rig.js';

const rig = useRig({ workers: false });
const anotherKey = `k2:${randomBytes(32).toString('base64')}`;

/** A deployment with another key ring: the workers are exchanged, and everything else stays. */
async function deploy(sealKeys: string): Promise<void> {
  await rig.stopWorkers();
  await rig.startWorkers({ sealKeys });
}

beforeEach(() => rig.startWorkers());
afterEach(() => rig.stopWorkers());

/** A change whose commit token was sealed with the first key. */
async function waiting() {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  return { cvm, change, status: await rig.until(change, 'awaitingRegistration') };
}

describe('a commit token whose key', () => {
  it.each([
    ['was left out of the ring', () => anotherKey, 'which this worker does not have'],
    [
      'has another secret under its name',
      () => anotherKey.replace('k2:', 'test:'),
      'does not open with the key of that id',
    ],
  ])(
    '%s blocks the change by name, before anything takes effect, and lets it go on when it is back',
    async (_how, ring, message) => {
      const { cvm, change, status } = await waiting();
      await deploy(ring());
      await rig.register(change, status);
      const { blocked } = await rig.until(change, 'blocked');
      expect(blocked).toMatchObject({ failure: 'SealKeyUnknown', phase: 'committing', effect: 'none' });
      expect(blocked?.message).toContain(`"test"`);
      expect(blocked?.message).toContain(message);
      expect(blocked?.remedy).toContain('COUNTERSIGN_SEAL_KEYS');
      expect(cvm.commits).toEqual([]);
      await deploy(rig.sealKeys);
      await change.send('retry', { by: 'operator' });
      expect(await change.result()).toMatchObject({ phase: 'completed' });
      expect(cvm.commits).toHaveLength(1);
      expect(await change.status()).toMatchObject({ preparations: 1 });
    },
  );

  it('is gone for good lets the change be cancelled with no effect', async () => {
    const { cvm, change, status } = await waiting();
    await deploy(anotherKey);
    await rig.register(change, status);
    await rig.until(change, 'blocked');
    await change.send('cancel', { by: 'operator', reason: 'the key is lost' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(cvm.commits).toEqual([]);
  });

  it('was rotated holds nothing up while it is kept, and a new change needs it no more', async () => {
    const { cvm, change, status } = await waiting();
    await deploy(`${anotherKey},${rig.sealKeys}`);
    const newer = await waiting();
    await rig.register(change, status);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
    await deploy(anotherKey);
    await rig.register(newer.change, newer.status);
    expect(await newer.change.result()).toMatchObject({ phase: 'completed' });
    expect(newer.cvm.commits).toHaveLength(1);
  });
});

describe('the environment of a new CVM', () => {
  const provision = async (tamper: (sealed: string) => string = (sealed) => sealed) => {
    const name = rig.name();
    const env = await sealEnv({ GREETING: 'hello' }, await rig.countersign.sealingKey(), name);
    // Tampered with, it still has the form of what is sealed.
    const sealed = tamper(env.sealed) as typeof env.sealed;
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: 'services: {}\n' },
      kms: 'ethereum',
      owner: rig.cloud.safe.address,
      env: { ...env, sealed },
      requestedBy: 'test',
      policy: { finality: 'latest' },
    });
    const status = await rig.until(change, 'awaitingRegistration');
    const made = () => rig.cloud.simulator.cvms().filter((cvm) => cvm.name === name);
    return { change, status, made };
  };

  it('whose key was left out of the ring blocks the change by name, and reaches the CVM when it is back', async () => {
    const { change, status, made } = await provision();
    await deploy(anotherKey);
    await rig.register(change, status);
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'SealKeyUnknown', phase: 'committing', effect: 'none' });
    expect(made()).toEqual([]);
    await deploy(rig.sealKeys);
    await change.send('retry', { by: 'operator' });
    await change.result();
    expect(made()).toMatchObject([{ environment: { GREETING: 'hello' } }]);
  });

  it('that was tampered with blocks the change by name, and no CVM is made of it', async () => {
    const { change, status, made } = await provision((sealed) => `${sealed.slice(0, -8)}AAAAAAAA`);
    await rig.register(change, status);
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'SealKeyUnknown', effect: 'none' });
    expect(blocked?.message).not.toContain('hello');
    await change.send('cancel', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(made()).toEqual([]);
  });
});
