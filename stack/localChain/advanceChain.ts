import { createTestClient, http } from 'viem';

/** Moves the clock of an anvil forward, and mines a block with the new time: what waits for it on chain is due then. */
export async function advanceChain(rpcUrl: string, seconds: number): Promise<void> {
  const node = createTestClient({ mode: 'anvil', transport: http(rpcUrl, { retryCount: 0 }) });
  await node.increaseTime({ seconds });
  await node.mine({ blocks: 1 });
}
