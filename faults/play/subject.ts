import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { deployAndRegisterApp } from '../../stack/localChain/dstackKms.js';
import type { Schedule } from '../schedule/schedule.js';
import type { World } from '../world/world.js';

/** What the change of a schedule is about. Made before anything goes wrong. */
export interface Subject {
  /** Of the CVM, or of the one that is to be made. No other in the world has it. */
  readonly name: string;
  /** Null where the change makes it. */
  readonly cvm: SimulatedCvm | null;
  /** An app contract that exists, for a new CVM; null where one is deployed for it. */
  readonly app: `0x${string}` | null;
}

/** Makes what a schedule needs: a CVM with its app contract, or an app contract alone. */
export async function makeSubject(
  { cloud }: World,
  { seed, kind, governance, quirks, request }: Schedule,
): Promise<Subject> {
  const name = `app-${seed.toString(16)}`;
  if (kind !== 'provision') {
    const cvm = await cloud.addCvm(governance, name);
    cvm.quirks = quirks;
    return { name, cvm, app: null };
  }
  if (governance === 'none' || !request.underApp) return { name, cvm: null, app: null };
  const { anvil, kmsContract, safe, ownerKey, contractOwner } = cloud;
  const owner = { safe: safe.address, ownerKey: ownerKey.address, external: contractOwner.address }[governance];
  return { name, cvm: null, app: await deployAndRegisterApp({ rpcUrl: anvil.rpcUrl, owner, kmsContract }) };
}
