import { describe, expect, it } from 'vitest';
import { commitRoutes, type HeldChange } from '../rig/commitRoutes.js';
import { useRig } from '../rig/rig.js';
import { struck } from '../rig/struck.js';

const rig = useRig();

const unavailable = { kind: 'answer', status: 503 } as const;

/** Lets a change go to its commit on every route at once, and tells what came of each. */
async function onEachRoute<Outcome>(play: (held: HeldChange) => Promise<Outcome>): Promise<Record<string, Outcome>> {
  const outcomes = commitRoutes.map(async ({ name, hold }) => [name, await play(await hold(rig))] as const);
  return Object.fromEntries(await Promise.all(outcomes));
}

const forEachRoute = <Value>(value: Value): Record<string, Value> =>
  Object.fromEntries(commitRoutes.map(({ name }) => [name, value]));

/** An update by token. */
async function held(): Promise<HeldChange> {
  const [first] = commitRoutes;
  if (!first) throw new Error('there is no route');
  return first.hold(rig);
}

// Each takes half a minute: a call that its sender has given up may reach the API so late.
describe.concurrent('a change that is withdrawn while its commit may be on its way', { timeout: 120_000 }, () => {
  it.each([
    ['cancel', 'cancelled', 'Cancelled'],
    ['reject', 'rejected', 'Rejected'],
  ] as const)(
    'ends by %s, on whichever route, where the API is down and nothing took effect',
    async (message, phase, word) => {
      const outcomes = await onEachRoute(async ({ change, fault, effects, release }) => {
        const down = fault(unavailable, null);
        await release();
        await struck(down);
        const answer = await change.send(message, { by: 'alice', reason: 'wrong image' });
        const result = await change.result();
        return { told: answer.phase, phase: result.phase, summary: result.summary, effects: effects() };
      });
      const summary = `${word} by alice: wrong image`;
      expect(outcomes).toEqual(forEachRoute({ told: 'committing', phase, summary, effects: 0 }));
    },
  );

  it('completes, on whichever route, and says so, where it had taken effect and only the answer was lost', async () => {
    const outcomes = await onEachRoute(async ({ change, fault, effects, release }) => {
      const lost = fault({ kind: 'loseReply', by: { status: 502 } });
      await release();
      await struck(lost);
      await change.send('cancel', { by: 'alice' });
      const { phase, summary } = await change.result();
      const { events, withdrawal } = await change.status();
      const record = events.map(({ what }) => what).join();
      return {
        phase,
        effects: effects(),
        said: summary.endsWith('It was to be cancelled too late.'),
        recorded: record.includes('Too late, as the change has taken effect: Cancelled by alice.'),
        withdrawal,
      };
    });
    const completed = { phase: 'completed', effects: 1, said: true, recorded: true, withdrawal: null };
    expect(outcomes).toEqual(forEachRoute(completed));
  });

  it('waits for an operator where the look that would settle it fails, too', async () => {
    const { change, fault, effects, release } = await held();
    const { cvmId } = await change.status();
    const { faults } = rig.cloud.simulator;
    fault({ kind: 'answer', status: 502 });
    const unauthorized = { kind: 'answer', status: 401 } as const;
    const blind = faults.add({ endpoint: 'listOperations', cvm: cvmId ?? '', times: null, what: unauthorized });
    await release();
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ phase: 'committing', effect: 'unknown' });
    await change.send('cancel', { by: 'alice' });
    await rig.until(change, 'committing');
    expect(await rig.until(change, 'blocked')).toMatchObject({
      blocked: { failure: 'PhalaUnauthorized', effect: 'unknown' },
      withdrawal: { phase: 'cancelled' },
    });
    await expect(change.send('reject', { by: 'bob' })).rejects.toMatchObject({ type: 'MessageOutOfPlace' });
    faults.remove(blind.id);
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(effects()).toBe(0);
  });

  it('ends in the same way where it is cancelled through Temporal itself', async () => {
    const { change, fault, effects, release } = await held();
    const down = fault(unavailable, null);
    await release();
    await struck(down);
    await rig.client.workflow.getHandle(change.id).cancel();
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(effects()).toBe(0);
  });
});
