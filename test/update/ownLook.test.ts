import { expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

/** These look by themselves, too. */
const rig = useRig();

it('hints are answered well where the registration is found another way while they are looked at', async () => {
  // From 4.3 s on the poll looks, too: whichever comes first, the sender is told that the registration stands.
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
      const status = await rig.until(change, 'awaitingRegistration');
      const transactionHash = await rig.signAndExecute(status);
      await new Promise((resolve) => setTimeout(resolve, 3_800 + index * 200));
      const answered = await change.send('registered', { by: 'test', transactionHash }).catch((error: Error) => error);
      await change.result();
      return answered;
    }),
  );
  for (const answered of answers) {
    if (answered instanceof Error)
      expect(answered).toMatchObject({ type: expect.stringMatching(/^(CommitUnderWay|ChangeEnded)$/) });
    else expect(answered.summary).toContain('stands in block');
  }
});
