import { expect, it } from 'vitest';
import type { SlackMessage } from '../../activities/notifications/slackMessage.js';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver({ COUNTERSIGN_NOTIFY_FORMAT: 'slack', COUNTERSIGN_NOTIFY_SECRET: '' });
const soon = { timeout: 20_000 };
const rig = useRig({ notifications: receiver.environment });

it('one of Slack’s webhooks gets messages in its own form, and no signature', async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm({ ...rig.request(cvm), reason: 'for <!channel> & all' });
  await rig.until(change, 'awaitingRegistration');
  // Of a wait that is over by then nothing would be told.
  await expect.poll(() => receiver.received.length, soon).toBe(1);
  await change.send('reject', { by: 'alice', reason: 'wrong image' });
  await change.result();
  await expect.poll(() => receiver.received.length, soon).toBe(2);
  const [first, last] = receiver.received.map(({ raw }) => JSON.parse(raw) as SlackMessage); // Typed as it was made.
  expect(first?.blocks[0]).toMatchObject({ text: { text: `Update of ${cvm.name}: waits for its registration` } });
  expect(JSON.stringify(first)).toContain('for &lt;!channel&gt; &amp; all');
  expect(last?.text).toContain(`Update of ${cvm.name} is rejected: Rejected by alice: wrong image.`);
  expect(receiver.received[0]?.headers).not.toHaveProperty('x-countersign-signature');
});
