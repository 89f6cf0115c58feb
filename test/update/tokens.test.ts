import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();
const days = (count: number): number => count * 24 * 60 * 60 * 1000;

const linesOf = async (change: Change): Promise<string> =>
  (await change.status()).events.map(({ what }) => what).join('\n');

describe('a commit token that expires while people sign', () => {
  it('is replaced, and where the same hash comes out nobody is asked twice', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await rig.cloud.simulator.clock.advance(days(15));
    await rig.register(change, waiting);
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toHaveLength(1);
    const status = await change.status();
    expect(status.preparations).toBe(2);
    expect(status.proposal).toEqual(waiting.proposal);
    expect(await linesOf(change)).toContain('void');
  });

  it('is replaced as well where somebody else prepared the same CVM', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { url, apiKey } = rig.cloud.simulator;
    const elsewhere = await fetch(`${url}/cvms/${cvm.vmUuid}`, {
      method: 'PATCH',
      headers: { 'x-api-key': apiKey, 'x-prepare-only': 'true', 'content-type': 'application/json' },
      body: JSON.stringify({ docker_compose_file: 'services:\n  other: {}\n' }),
    });
    expect(elsewhere.status).toBe(465);
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash }]);
  });
});

describe('a CVM that somebody else changed while people signed', () => {
  async function changedMeanwhile(onBaseChanged: 'hold' | 'proceed') {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onBaseChanged } }));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await change.send('pause', { by: 'test' });
    // Behind the engine's back, with another hash that the Safe registers.
    const { url, apiKey } = rig.cloud.simulator;
    const body = { docker_compose_file: 'services:\n  other: {}\n', pre_launch_script: 'echo other' };
    const patch = (headers: object) =>
      fetch(`${url}/cvms/${cvm.vmUuid}`, {
        method: 'PATCH',
        headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const { details } = (await (await patch({})).json()) as { details: { field: string; value: string }[] };
    const hash = `0x${details.find(({ field }) => field === 'compose_hash')?.value.replace(/^0x/, '')}`;
    const [call] = waiting.proposal?.calls ?? [];
    const other = structuredClone(waiting);
    Object.assign(other.proposal?.calls[0] ?? {}, { data: `${call?.data.slice(0, 10)}${hash.slice(2)}` });
    const transactionHash = await rig.signAndExecute(other);
    await patch({ 'x-compose-hash': hash, 'x-transaction-hash': transactionHash });
    await expect.poll(() => cvm.inProgress, { timeout: 20_000 }).toBe(false);
    expect(cvm.commits).toMatchObject([{ composeHash: hash }]);

    await rig.register(change, waiting);
    await change.send('resume', { by: 'test' });
    return { cvm, change, waiting, hash };
  }

  it('holds the change by policy, and retry prepares on what it runs now: another hash, asked for anew', async () => {
    const { cvm, change, waiting, hash } = await changedMeanwhile('hold');
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'BaseChanged' });
    expect(blocked?.message).toContain(hash);
    await change.send('retry', { by: 'operator' });
    const again = await rig.until(change, 'awaitingRegistration');
    expect(again.composeHash).not.toBe(waiting.composeHash);
    expect(await linesOf(change)).toContain(`not ${waiting.composeHash}`);
    // The old approval is not enough for the new hash.
    expect(cvm.commits).toHaveLength(1);
    await rig.carryOut(change);
    expect(cvm.commits).toMatchObject([{ composeHash: hash }, { composeHash: again.composeHash }]);
  });

  it('is prepared anew without a hold where policy says so, and still never committed on the old approval', async () => {
    const { cvm, change, waiting } = await changedMeanwhile('proceed');
    const again = await rig.untilStatus(
      change,
      ({ phase, composeHash }) => phase === 'awaitingRegistration' && composeHash !== waiting.composeHash,
      'another hash',
    );
    expect(cvm.commits).toHaveLength(1);
    await rig.register(change, again);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: again.composeHash });
    expect(cvm.commits).toHaveLength(2);
  });
});

describe('a compose hash that differs from the recomputed one', () => {
  it('is shown, with both hashes, and what is registered is the API’s', async () => {
    const cvm = await rig.addCvm('safe');
    cvm.quirks = { serverAddedFields: { server_says: 'hello' } };
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { hashCheck, recomputedHash, composeHash, proposal } = await rig.until(change, 'awaitingRegistration');
    expect(hashCheck).toBe('mismatched');
    expect(recomputedHash).not.toBe(composeHash);
    expect(proposal?.calls[0]?.arguments).toMatchObject([{ value: composeHash }]);
    await rig.carryOut(change);
    expect(cvm.commits).toMatchObject([{ composeHash }]);
  });

  it('holds the change where policy says so', async () => {
    const cvm = await rig.addCvm('safe');
    cvm.quirks = { serverAddedFields: { server_says: 'hello' } };
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onHashMismatch: 'hold' } }));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'ComposeHashMismatch', effect: 'none' });
    await change.send('retry', { by: 'operator', reason: 'compared by hand' });
    await rig.carryOut(change);
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('a compose hash that cannot be recomputed', () => {
  /** The API gives the document as something else than JSON. */
  const hide = (cvm: string) =>
    rig.cloud.simulator.faults.add({
      endpoint: 'getComposeFile',
      cvm,
      times: null,
      what: { kind: 'answer', status: 200, body: 'services: {}', headers: { 'content-type': 'text/yaml' } },
    });

  it('is shown where policy leaves it at that, to the signers, too', async () => {
    const cvm = await rig.addCvm('safe');
    hide(cvm.vmUuid);
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onHashMismatch: 'hold' } }));
    const { hashCheck, proposal, events } = await rig.until(change, 'awaitingRegistration');
    expect(hashCheck).toBe('notCheckable');
    expect(JSON.parse(proposal?.safe?.batchFile ?? '{}').meta.description).toContain('not checkable');
    expect(events.map(({ what }) => what).join()).toContain('cannot be recomputed');
  });

  it('holds the change where policy requires a match, once', async () => {
    const cvm = await rig.addCvm('safe');
    hide(cvm.vmUuid);
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onHashMismatch: 'requireMatch' } }));
    const { blocked, proposal } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'ComposeHashNotChecked', effect: 'none' });
    expect(proposal).toBeNull();
    await change.send('retry', { by: 'operator', reason: 'compared by hand' });
    await rig.carryOut(change);
    expect(cvm.commits).toHaveLength(1);
  });

  it('does not hold where a match is required and there is one', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onHashMismatch: 'requireMatch' } }));
    const { hashCheck, changes, proposal } = await rig.until(change, 'awaitingRegistration');
    expect(hashCheck).toBe('matched');
    expect(changes.join('\n')).toMatch(/^compose file: changed \(3 lines, 4 before\)\nimages: nginx:1\.27 → nginx:/);
    const { description } = JSON.parse(proposal?.safe?.batchFile ?? '{}').meta;
    expect(description).toContain('matched: recomputed from the app-compose document');
    expect(description).toContain('Changes: compose file: changed');
  });
});
