/** What goes wrong with chains, brought about on anvil. Each takes the URL of the node itself, never of a proxy. */
import { type Address, createTestClient, type Hash, type Hex, http, numberToHex, type TestClient } from 'viem';

/** A transaction for a block of a reorganised chain: one that was signed before, or a call by an unlocked account. */
export interface ReorgReplacement {
  readonly transaction: Hex | { readonly from: Address; readonly to: Address; readonly data?: Hex };
  /** Which of the new blocks it goes into; 0 is the deepest. */
  readonly blockIndex: number;
}

const node = (rpcUrl: string): TestClient =>
  createTestClient({ mode: 'anvil', transport: http(rpcUrl, { retryCount: 0 }) });

/**
 * Replaces the last blocks by as many new ones. Their transactions vanish, receipts, logs and state with them, and do
 * not come back to the pool; the height stays. Anvil remembers the state of the last ten blocks at least.
 *
 * @param depth - how many blocks
 * @param replacements - what the new blocks hold; nothing by default
 * @throws RpcRequestError from viem when the chain is shorter, or its state of that time is forgotten
 */
export async function reorg(
  rpcUrl: string,
  depth: number,
  replacements: readonly ReorgReplacement[] = [],
): Promise<void> {
  const transactions = replacements.map(({ transaction, blockIndex }) => [
    typeof transaction === 'string' ? transaction : { ...transaction, value: '0x0', gas: numberToHex(500_000) },
    blockIndex,
  ]);
  await request(rpcUrl, 'anvil_reorg', [depth, transactions]);
}

/**
 * Removes the last blocks: the height goes down, as on a node that fell back.
 *
 * @param depth - how many blocks
 */
export async function rollback(rpcUrl: string, depth: number): Promise<void> {
  await request(rpcUrl, 'anvil_rollback', [depth]);
}

/**
 * Lets transactions wait in the pool, or mines each at once. Switched off, no block comes but by `mine`, whatever the
 * chain was started with; switched on, each transaction has its block, but a block time does not come back.
 */
export async function setAutomine(rpcUrl: string, enabled: boolean): Promise<void> {
  // With mixed mining anvil answers evm_setAutomine(false) and goes on mining; an interval of 0 stops every mode.
  if (enabled) await node(rpcUrl).setAutomine(true);
  else await node(rpcUrl).setIntervalMining({ interval: 0 });
}

/**
 * Mines blocks, the first with what waits in the pool.
 *
 * @param blocks - how many; 1 by default
 * @param intervalSeconds - how far their timestamps are apart; a second by default
 */
export async function mine(rpcUrl: string, blocks = 1, intervalSeconds = 1): Promise<void> {
  await node(rpcUrl).mine({ blocks, interval: intervalSeconds });
}

/** Takes a transaction out of the pool, as when nodes forget it. */
export async function dropTransaction(rpcUrl: string, hash: Hash): Promise<void> {
  await node(rpcUrl).dropTransaction({ hash });
}

/**
 * Gives an account a balance; 0 is a signer that cannot pay.
 *
 * @param value - in wei
 */
export async function setBalance(rpcUrl: string, address: Address, value: bigint): Promise<void> {
  await node(rpcUrl).setBalance({ address, value });
}

/**
 * Makes the chain dear or cheap: from the next block on, which asks for this much; empty blocks after it for less and
 * less.
 *
 * @param baseFee - in wei for a unit of gas
 */
export async function setBaseFee(rpcUrl: string, baseFee: bigint): Promise<void> {
  await node(rpcUrl).setNextBlockBaseFeePerGas({ baseFeePerGas: baseFee });
}

/** Puts code at an address; `0x` is a contract that is gone, or a node that lags behind its deployment. */
export async function setCode(rpcUrl: string, address: Address, bytecode: Hex): Promise<void> {
  await node(rpcUrl).setCode({ address, bytecode });
}

/** The recipes that viem has no action for. */
async function request(rpcUrl: string, method: 'anvil_reorg' | 'anvil_rollback', params: unknown[]): Promise<void> {
  const { request: send } = http(rpcUrl, { retryCount: 0 })({});
  await send({ method, params });
}
