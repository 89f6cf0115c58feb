import { describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const rig = useRig();

describe.concurrent('an update where the API gives no commit token', () => {
  it.each([['safe'], ['ownerKey']] as const)(
    'is committed by headers, with the real transaction (%s)',
    async (governance) => {
      const cvm = await rig.addCvm(governance);
      cvm.quirks = { commitToken: 'absent' };
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      const { phase, composeHash, transactionHash } = await (governance === 'safe'
        ? rig.carryOut(change)
        : change.result());
      expect(phase).toBe('completed');
      expect(transactionHash).toMatch(/^0x/);
      expect(cvm.commits).toMatchObject([{ via: 'headers', composeHash, transactionHash }]);
      expect((await change.status()).tokenExpiresAt).toBeNull();
    },
  );

  it.each([
    ['nested', { errorShape: 'nested' }],
    ['flat, as older servers write it', { errorShape: 'legacy' }],
    ['with 0x everywhere', { hexPrefix: 'always' }],
    ['without 0x anywhere', { hexPrefix: 'never' }],
  ] as const)('reads a 465 that is %s', async (_shape, quirks) => {
    const cvm = await rig.addCvm('ownerKey');
    cvm.quirks = quirks;
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: cvm.composeHash });
    expect(cvm.commits).toHaveLength(1);
  });
});
