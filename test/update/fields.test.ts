import { describe, expect, it } from 'vitest';
import { encryptEnv } from '../../client/encryptEnv.js';
import type { CvmUpdate } from '../../model/cvmUpdate.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { useRig } from '../rig/rig.js';
import { arrivals, atOnce, everyField, registered, tableOf } from './arrivals.js';

const rig = useRig();
const variables = { API_KEY: 'hunter2', REGION: 'eu' };

describe.concurrent.each(['token', 'headers'] as const)('by %s, once it is registered, a CVM gets', (via) => {
  async function carryOut(updateOf: (cvm: SimulatedCvm) => CvmUpdate | Promise<CvmUpdate>): Promise<SimulatedCvm> {
    const cvm = await rig.addCvm('safe');
    if (via === 'headers') cvm.quirks = { commitToken: 'absent' };
    const base = cvm.composeHash;
    const request = rig.request(cvm, { update: await updateOf(cvm) });
    const result = await rig.carryOut(await rig.countersign.updateCvm(request));
    expect(result).toMatchObject({ phase: 'completed', composeHash: cvm.composeHash });
    expect(cvm.commits).toMatchObject([{ via, composeHash: cvm.composeHash }]);
    expect(cvm.composeHash).not.toBe(base);
    expect(cvm.bootedComposeHash).toBe(cvm.composeHash);
    return cvm;
  }

  it.each(tableOf(registered))('$field', async ({ update, shows, as }) => {
    expect(shows(await carryOut(() => update))).toEqual(as);
  });

  it('what goes into no hash, too, where it comes together with what does', async () => {
    const cvm = await carryOut(() => everyField);
    for (const { shows, as } of arrivals) expect(shows(cvm)).toEqual(as);
  });

  it('encryptedEnv with the names of its variables, and its containers see them', async () => {
    const cvm = await carryOut(async ({ environmentPublicKey }) => ({
      encryptedEnv: await encryptEnv(variables, environmentPublicKey),
      allowedEnvs: Object.keys(variables),
    }));
    expect(cvm.environment).toEqual(variables);
  });
});

describe.concurrent('at once, with nobody asked, a CVM whose app is governed on chain gets', () => {
  async function apply(cvm: SimulatedCvm, update: CvmUpdate): Promise<void> {
    const base = cvm.composeHash;
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update }));
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash: null, composeHash: base });
    expect(await change.status()).toMatchObject({ route: 'direct', proposal: null, preparations: 0 });
    expect(cvm.commits.at(-1)).toMatchObject({ via: 'direct', composeHash: base });
  }

  it.each(tableOf(atOnce))('$field', async ({ update, shows, as }) => {
    const cvm = await rig.addCvm('safe');
    await apply(cvm, update);
    expect(cvm.commits).toHaveLength(1);
    expect(shows(cvm)).toEqual(as);
  });

  it('encryptedEnv', async () => {
    const cvm = await rig.addCvm('safe');
    const encryptedEnv = await encryptEnv(variables, cvm.environmentPublicKey);
    await apply(cvm, { encryptedEnv });
    expect(cvm.configuration.encryptedEnv).toBe(encryptedEnv);
  });

  it('a shutdown without limit, for which null is the word', async () => {
    const cvm = await rig.addCvm('safe');
    for (const shutdownTimeout of [90, null]) {
      await apply(cvm, { shutdownTimeout });
      expect(cvm.configuration.shutdownTimeout).toBe(shutdownTimeout);
    }
  });
});

describe.concurrent('at once, a CVM that no chain governs gets', () => {
  it('every field of an update', async () => {
    const cvm = await rig.addCvm('none');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update: everyField }));
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: cvm.composeHash });
    expect(cvm.commits).toMatchObject([{ via: 'direct' }]);
    for (const { shows, as } of arrivals) expect(shows(cvm)).toEqual(as);
  });
});
