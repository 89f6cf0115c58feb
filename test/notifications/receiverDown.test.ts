import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { hasEnded } from '../../model/phases.js';
import { useRig } from '../rig/rig.js';

const secret = 'a secret of sixteen characters';

/** Takes what comes and never answers. */
const silent = createServer(() => {}).listen(0, '127.0.0.1');
await new Promise((resolve) => silent.once('listening', resolve));
const { port } = silent.address() as AddressInfo;
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

describe.each([
  ['does not listen', 'http://127.0.0.1:9/hook'],
  ['never answers', `http://127.0.0.1:${port}/hook`],
])('a receiver of notifications that %s', (_how, url) => {
  const rig = useRig({ notifications: { COUNTERSIGN_NOTIFY_URL: url, COUNTERSIGN_NOTIFY_SECRET: secret } });

  it('holds no commit up, and the change is completed', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const registered = Date.now();
    await rig.register(change, waiting);
    const ended = await rig.untilStatus(change, ({ phase }) => hasEnded(phase), 'an end');
    expect(ended.phase).toBe('completed');
    expect(Date.now() - registered).toBeLessThan(15_000);
    expect(cvm.commits).toHaveLength(1);
  });
});
