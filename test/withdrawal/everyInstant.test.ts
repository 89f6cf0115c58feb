import { createPublicClient, http, parseAbi } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { MessageRefusedError } from '../../client/errors.js';
import type { ChangeResult } from '../../model/status.js';
import { commitRoutes } from '../rig/commitRoutes.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Cancels a change: answers whether it was accepted. */
const cancel = (change: Change): Promise<boolean> =>
  change.send('cancel', { by: 'alice' }).then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(MessageRefusedError);
      expect((error as MessageRefusedError).type).toMatch(/^(CommitUnderWay|ChangeEnded)$/);
      return false;
    },
  );

/** Cancelled and without effect, or completed and with one, and told so. */
function judge({ phase, summary }: ChangeResult, { accepted, effects }: { accepted: boolean; effects: number }): void {
  expect(['cancelled', 'completed']).toContain(phase);
  expect(effects, phase).toBe(phase === 'completed' ? 1 : 0);
  if (!accepted) expect(phase).toBe('completed');
  if (phase === 'completed') expect(summary.includes('too late')).toBe(accepted);
}

describe.concurrent.each(commitRoutes)('$name', { timeout: 120_000 }, ({ hold }) => {
  it('is cancelled before its commit, at once and without effect', async () => {
    const { change, effects } = await hold(rig);
    const { summary } = await change.send('cancel', { by: 'alice' });
    // What was prepared elsewhere can still be committed by whoever holds its token: that is said, too.
    expect(summary).toMatch(
      /^The change is cancelled\. (The CVM was not changed|No (replica|CVM) was made)\.( Whoever .+\.)?$/,
    );
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(effects()).toBe(0);
  });

  it('is cancelled without effect or completes, at whichever instant of its commit the message comes', async () => {
    // Where the answer is not awaited for half a minute: each of these commits is well.
    await Promise.all(
      [0, 60, 250].map(async (instant) => {
        const { change, effects, release } = await hold(rig);
        // Its own message may come too late, and be refused before the other one is answered.
        const released = release().catch(() => {});
        await pause(instant);
        const accepted = await cancel(change);
        await released;
        judge(await change.result(), { accepted, effects: effects() });
      }),
    );
  });
});

describe('a change of allow-lists that the owner key registers', () => {
  const allowAny = parseAbi(['function allowAnyDevice() view returns (bool)']);

  // One after the other: they share the owner key.
  it.each([0, 100, 250, 600])(
    'is cancelled without effect or completes, where the message comes after %i ms',
    async (instant) => {
      const { appId } = await rig.addCvm('ownerKey');
      const change = await rig.countersign.changeAllowlist({
        appId,
        steps: [{ action: 'setAllowAnyDevice', allowed: true }],
        requestedBy: 'test',
        // Cancelled while it stands in a block that is not final yet, it would not be without effect.
        policy: { finality: 2 },
      });
      await pause(instant);
      const accepted = await cancel(change);
      const result = await change.result();
      const client = createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) });
      const effect = await client.readContract({ address: appId, abi: allowAny, functionName: 'allowAnyDevice' });
      expect(result.phase).toBe(accepted ? 'cancelled' : 'completed');
      expect(effect).toBe(!accepted);
    },
  );
});
