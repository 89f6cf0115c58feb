import type { Address, Hash, Hex } from 'viem';
import { connectLocalChain, signerOf, untilMined } from './localChain.js';

/** Settings of {@link sendCall}. */
export interface SendCallOptions {
  readonly rpcUrl: string;
  readonly to: Address;
  readonly data: Hex;
  /** Private key of whoever sends it and pays; default somebody whom nobody knows. */
  readonly sender?: Hex;
}

/**
 * Makes a call, and waits until it is mined.
 *
 * @throws EstimateGasExecutionError from viem, with the contract's reason, when it would be reverted
 */
export async function sendCall({ rpcUrl, to, data, sender }: SendCallOptions): Promise<Hash> {
  const chain = await connectLocalChain(rpcUrl);
  const hash = await chain.writer.sendTransaction({ account: signerOf(chain, sender), to, data });
  await untilMined(chain, hash, `A call of ${to}`);
  return hash;
}
