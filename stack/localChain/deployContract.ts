import { type Address, getAddress, type Hex } from 'viem';
import { type LocalChain, untilMined } from './localChain.js';

/**
 * Deploys a contract, paid by the connection's own account, and waits until it is mined.
 *
 * @param data - creation code with its constructor arguments
 * @param name - for messages
 * @throws Error when the deployment is reverted
 */
export async function deployContract(chain: LocalChain, data: Hex, name: string): Promise<Address> {
  const hash = await chain.writer.sendTransaction({ account: chain.payer, data });
  const { contractAddress } = await untilMined(chain, hash, `Deploying ${name}`);
  if (contractAddress == null) throw new Error(`Deploying ${name} gave no contract in transaction ${hash}.`);
  return getAddress(contractAddress);
}
