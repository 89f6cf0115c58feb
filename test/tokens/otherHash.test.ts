import { describe, expect, it } from 'vitest';
import type { ChangeStatus } from '../../model/status.js';
import { commitRoutes, type HeldChange } from '../rig/commitRoutes.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

const served = { server_says: 'hello' };

async function held(name: string): Promise<HeldChange> {
  const route = commitRoutes.find((each) => each.name === name);
  if (!route) throw new Error(`there is no route ${name}`);
  return route.hold(rig);
}

/** From here on the API makes another document of whatever it is asked for. */
async function otherDocument({ change, fault }: HeldChange, { kind, cvmId }: ChangeStatus): Promise<void> {
  const { faults } = rig.cloud.simulator;
  const endpoint = kind === 'provision' ? 'provisionCvm' : 'patchCvm';
  const what = { kind: 'quirks', quirks: { serverAddedFields: served } } as const;
  faults.add({ endpoint, ...(cvmId && { cvm: cvmId }), times: null, what });
  // What was prepared before has become void.
  fault({ kind: 'answer', status: 466, body: { error_code: 'ERR-01-006', message: 'Commit token expired' } });
  await change.send('resume', { by: 'test' });
}

const recordOf = ({ events }: ChangeStatus): string => events.map(({ what }) => what).join('\n');

describe('a change that comes out as another hash when it is prepared again', () => {
  it.each([['an update by token'], ['an update by headers'], ['a new CVM with an app on chain']])(
    '%s is asked for anew, with both hashes and the reason, and never committed on the old approval',
    async (name) => {
      const change = await held(name);
      const before = await change.change.status();
      await otherDocument(change, before);
      const again = await rig.until(change.change, 'awaitingRegistration');
      expect(again.composeHash).not.toBe(before.composeHash);
      expect(again.registration).toBeNull();
      expect(recordOf(again)).toContain(
        `The API now plans ${again.composeHash}, not ${before.composeHash}, as the API makes another document`,
      );
      // What the signers see in the Safe app.
      const { description } = JSON.parse(again.proposal?.safe?.batchFile ?? '{}').meta;
      expect(description).toContain(`${again.composeHash} allowed`);
      expect(description).toContain(`in place of ${before.composeHash}`);
      // The owners of the old one are not owners of the new one.
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(change.effects()).toBe(0);

      await rig.register(change.change, again);
      expect(await change.change.result()).toMatchObject({ phase: 'completed', composeHash: again.composeHash });
      expect(change.effects()).toBe(1);
    },
  );

  it('is rejected by signers who do not want that one, without effect', async () => {
    const change = await held('an update by token');
    await otherDocument(change, await change.change.status());
    await rig.until(change.change, 'awaitingRegistration');
    await change.change.send('reject', { by: 'alice', reason: 'not what we signed' });
    expect(await change.change.result()).toMatchObject({ phase: 'rejected' });
    expect(change.effects()).toBe(0);
  });
});

describe('a replica whose source somebody else has updated, when it has to be prepared again', () => {
  it('is held by policy, and by retry made of what the source runs now, asked for anew where that is needed', async () => {
    const { change, fault, effects, release } = await held('a replica by token');
    const before = await change.status();
    const source = rig.cloud.simulator.cvm(before.cvmId ?? '');
    await updateBehindItsBack(source.vmUuid);
    fault({ kind: 'answer', status: 466, body: { error_code: 'ERR-01-006', message: 'Commit token expired' } });
    await release();
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'BaseChanged', effect: 'none' });
    expect(blocked?.message).toContain(source.composeHash);
    expect(blocked?.message).toContain(before.composeHash);
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: source.composeHash });
    expect(effects()).toBe(1);
  });
});

/** Another configuration, prepared, registered by the Safe and committed by somebody else. */
async function updateBehindItsBack(vmUuid: string): Promise<void> {
  const { url, apiKey } = rig.cloud.simulator;
  const { appId } = rig.cloud.simulator.cvm(vmUuid);
  const patch = (headers: object) =>
    fetch(`${url}/cvms/${vmUuid}`, {
      method: 'PATCH',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ docker_compose_file: 'services:\n  other: {}\n' }),
    });
  const { details } = (await (await patch({})).json()) as { details: { field: string; value: string }[] };
  const hash = details.find(({ field }) => field === 'compose_hash')?.value.replace(/^0x/, '') ?? '';
  const { transactionHash } = await rig.callThroughSafe({ to: appId, data: `0xdfc77223${hash}` });
  await patch({ 'x-compose-hash': `0x${hash}`, 'x-transaction-hash': transactionHash });
  await expect.poll(() => rig.cloud.simulator.cvm(vmUuid).status, { timeout: 20_000 }).toBe('running');
}
