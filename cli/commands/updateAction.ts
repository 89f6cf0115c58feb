import type { Countersign } from '../../client/countersign.js';
import { readInput } from '../../client/readInput.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import { readTextFile } from '../files.js';
import { cvmIdFor, lookUpCvm, readVariables } from './lookUpCvm.js';
import { readShared } from './readShared.js';
import { startAndFollow } from './startAndFollow.js';
import type { UpdateOptions } from './update.js';
import { readComposeFields, readMachineFields } from './vmFields.js';

/** Reads the files, encrypts the environment, and starts the change. */
export const update = (cvm: string, options: UpdateOptions): Promise<void> =>
  startAndFollow('update', options, async ({ countersign }) =>
    countersign.updateCvm(await readRequest(countersign, cvm, options)),
  );

async function readRequest(countersign: Countersign, cvm: string, options: UpdateOptions): Promise<UpdateRequestInput> {
  const shared = readShared(options);
  const variables = await readVariables(options);
  const fields = { ...(variables && { allowedEnvs: Object.keys(variables) }), ...(await readFields(options)) };
  readInput('update', { cvmId: cvmIdFor(cvm), update: fields, ...shared });
  const { cvmId, ...encrypted } = await lookUpCvm(countersign, cvm, variables);
  return { cvmId, update: { ...fields, ...encrypted }, ...shared };
}

async function readFields(options: UpdateOptions): Promise<UpdateRequestInput['update']> {
  const { compose, encryptedEnv, shutdownTimeout, allowForceStop } = options;
  return {
    ...(compose !== undefined && { dockerComposeFile: await readTextFile(compose) }),
    ...(await readComposeFields(options)),
    ...(encryptedEnv !== undefined && { encryptedEnv }),
    ...(await readMachineFields(options)),
    ...(shutdownTimeout !== undefined && {
      shutdownTimeout: shutdownTimeout === 'none' ? null : Number(shutdownTimeout),
    }),
    ...(allowForceStop !== undefined && { allowForceStop }),
  };
}
