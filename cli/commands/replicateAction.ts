import type { Countersign } from '../../client/countersign.js';
import { readInput } from '../../client/readInput.js';
import type { ReplicateRequestInput } from '../../model/replicateRequest.js';
import { cvmIdFor, lookUpCvm, readVariables } from './lookUpCvm.js';
import { readAppId, readNode, readShared } from './readShared.js';
import type { ReplicateOptions } from './replicate.js';
import { startAndFollow } from './startAndFollow.js';

/** Encrypts the environment, and starts the change. */
export const replicate = (cvm: string, options: ReplicateOptions): Promise<void> =>
  startAndFollow('replicate', options, async ({ countersign }) =>
    countersign.replicateCvm(await readRequest(countersign, cvm, options)),
  );

async function readRequest(
  countersign: Countersign,
  cvm: string,
  options: ReplicateOptions,
): Promise<ReplicateRequestInput> {
  const { node, app, composeHash, encryptedEnv } = options;
  const variables = await readVariables(options);
  const request = {
    ...(app !== undefined && { appId: readAppId(app) }),
    ...(node !== undefined && { node: readNode(node) }),
    ...(encryptedEnv !== undefined && { encryptedEnv }),
    ...(composeHash !== undefined && { composeHash }),
    ...readShared(options),
  };
  readInput('replicate', { cvmId: cvmIdFor(cvm), ...request });
  return { ...request, ...(await lookUpCvm(countersign, cvm, variables)) };
}
