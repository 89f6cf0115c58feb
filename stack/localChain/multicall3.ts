import { type Address, createPublicClient, http } from 'viem';
import { compileContracts } from './compileContracts.js';
import { setCode } from './faults.js';

/** Where Multicall3 is on nearly every public chain (multicall3.com), and where clients look for it. */
export const multicall3Address: Address = '0xcA11bde05977b3631167028862bE2a173976CA11';

/** Puts Multicall3 where public chains have it. Anvil comes without, and several reads of Phala's SDK go through it. */
export async function installMulticall3(rpcUrl: string): Promise<void> {
  const { Multicall3 } = await compileContracts();
  // Creation code, made a call of, answers the code that it would leave behind.
  const { data } = await createPublicClient({ transport: http(rpcUrl) }).call({ data: Multicall3.bytecode });
  if (data === undefined) throw new Error('The creation code of Multicall3 answers nothing.');
  await setCode(rpcUrl, multicall3Address, data);
}
