import { randomUUID } from 'node:crypto';
import { encodeFunctionData } from 'viem';
import { appComposeHash } from '../../simulator/appComposeHash.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { dstackAppAbi } from '../../stack/localChain/dstackAppAbi.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import type { LocalCloud } from '../../stack/localCloud.js';

/** A CVM whose updates are measured, with two configurations that are both on its allow-list. */
export interface Subject {
  readonly cvm: SimulatedCvm;
  readonly owner: AnvilAccount;
  /** The compose file that it does not run: an update to it is a real one, and registered already. */
  other(): string;
  /** A compose file that nobody has seen, and the hash that it leads to. */
  unseen(): { readonly dockerComposeFile: string; readonly composeHash: `0x${string}` };
}

const composeFile = (tag: string): string => `services:\n  web:\n    image: nginx:${tag}\n    ports: ["80:80"]\n`;

/**
 * Adds a CVM whose app an account owns of which the workers know nothing: its registrations come from outside.
 *
 * @param owner nobody else may send from it at the same time
 */
export async function addSubject(cloud: LocalCloud, owner: AnvilAccount): Promise<Subject> {
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const [first, second] = [composeFile('1.27'), composeFile('1.28')];
  const hashOf = (dockerComposeFile: string) => appComposeHash({ name, dockerComposeFile });
  const cvm = await cloud.addCvm(owner.address, name, { dockerComposeFile: first });
  await register(cloud, owner, cvm.appId, hashOf(second));
  return {
    cvm,
    owner,
    other: () => (cvm.composeHash === hashOf(first) ? second : first),
    unseen() {
      const dockerComposeFile = composeFile(randomUUID());
      return { dockerComposeFile, composeHash: hashOf(dockerComposeFile) };
    },
  };
}

/** Has the owner of an app allow a compose hash, and waits until it is mined. */
const register = (
  { anvil }: LocalCloud,
  { privateKey }: AnvilAccount,
  app: `0x${string}`,
  composeHash: `0x${string}`,
): Promise<`0x${string}`> =>
  sendCall({ rpcUrl: anvil.rpcUrl, to: app, data: registrationOf(composeHash), sender: privateKey });

export const registrationOf = (composeHash: `0x${string}`): `0x${string}` =>
  encodeFunctionData({ abi: dstackAppAbi, functionName: 'addComposeHash', args: [composeHash] });
