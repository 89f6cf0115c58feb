import { afterAll, expect, it } from 'vitest';
import { transactionHashSignal } from '../../model/messages.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { useRig } from '../rig/rig.js';

let rpc: RpcProxy;
const rig = useRig({
  async rpcUrl({ anvil }) {
    rpc ??= await startRpcProxy(anvil.rpcUrl);
    return rpc.url;
  },
});
afterAll(() => rpc.stop());

it('a change of allow-lists that is rejected as its registration is found ends as its sender is told', async () => {
  const { appId } = await rig.addCvm('safe');
  const deviceId = `0x${'e'.repeat(64)}` as const;
  const change = await rig.countersign.changeAllowlist({
    appId,
    steps: [{ action: 'addDevice', device: { deviceId } }],
    requestedBy: 'test',
    policy: { finality: 'latest' },
  });
  const waiting = await rig.until(change, 'awaitingRegistration');
  const pending = async () => (await change.pending()).map(({ activity }) => activity);
  // The poll finds nothing by itself, and the check of the transaction takes a while.
  rpc.fail('eth_getLogs', { kind: 'status', status: 503 });
  rpc.fail('eth_getTransactionReceipt', { kind: 'status', status: 503 }, 6);
  const transactionHash = await rig.signAndExecute(waiting);
  await rig.client.workflow.getHandle(change.id).signal(transactionHashSignal, transactionHash);
  await expect.poll(pending, { timeout: 20_000 }).toContain('checkRegistration');
  let told: Promise<string> = Promise.resolve('');
  await rig.inOneTask(async () => {
    await expect.poll(pending, { timeout: 60_000 }).not.toContain('checkRegistration');
    told = change.send('reject', { by: 'test' }).then(
      ({ summary }) => summary,
      (error: { type?: string }) => `refused: ${error.type}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  });
  rpc.heal();
  const { phase } = await change.result();
  // Too late is said in two ways: the registration counts already, or the change has ended with it.
  const tooLate = /^refused: (CommitUnderWay|ChangeEnded)$/;
  expect(await told).toMatch(phase === 'rejected' ? /^The change is rejected/ : tooLate);
});
