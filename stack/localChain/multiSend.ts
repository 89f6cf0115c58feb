import { createPublicClient, http } from 'viem';
import { setCode } from './faults.js';
import { multiSendAddresses, safeArtefacts, safeVersions } from './safeArtefacts.js';

/** Puts MultiSendCallOnly of each Safe version where public chains have it. */
export async function installMultiSend(rpcUrl: string): Promise<void> {
  const client = createPublicClient({ transport: http(rpcUrl) });
  await Promise.all(
    safeVersions.map(async (version) => {
      // Creation code, made a call of, answers the code that it would leave behind.
      const { data } = await client.call({ data: safeArtefacts(version).multiSend });
      if (data === undefined) throw new Error(`The creation code of MultiSendCallOnly ${version} answers nothing.`);
      await setCode(rpcUrl, multiSendAddresses[version], data);
    }),
  );
}
