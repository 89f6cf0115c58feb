import type { Countersign } from '../../client/countersign.js';
import { readInput } from '../../client/readInput.js';
import { sealEnv } from '../../client/sealEnv.js';
import type { ProvisionRequestInput } from '../../model/provisionRequest.js';
import { readEnvFile, readTextFile } from '../files.js';
import type { ProvisionOptions } from './provision.js';
import { readAppId, readNode, readShared } from './readShared.js';
import { startAndFollow } from './startAndFollow.js';
import { readComposeFields, readMachineFields } from './vmFields.js';

/** Reads the files, seals the environment, and starts the change. */
export const provision = (name: string, options: ProvisionOptions): Promise<void> =>
  startAndFollow('provision', options, async ({ countersign }) =>
    countersign.provisionCvm(await readRequest(countersign, name, options)),
  );

async function readRequest(
  countersign: Countersign,
  name: string,
  options: ProvisionOptions,
): Promise<ProvisionRequestInput> {
  const variables = options.envFile === undefined ? null : await readEnvFile(options.envFile);
  const request = await readFields(name, options);
  // Before the key is asked for: a wrong request asks nobody.
  readInput('provision', request);
  if (variables === null) return request;
  return { ...request, env: await sealEnv(variables, await countersign.sealingKey(), name) };
}

async function readFields(name: string, options: ProvisionOptions): Promise<ProvisionRequestInput> {
  const { compose, kms, owner, app, instanceType, node, region, listed } = options;
  return {
    name,
    compose: { dockerComposeFile: await readTextFile(compose), ...(await readComposeFields(options)) },
    ...(kms !== undefined && { kms }),
    ...(owner !== undefined && { owner }),
    ...(app !== undefined && { appId: readAppId(app) }),
    ...(instanceType !== undefined && { instanceType }),
    ...(await readMachineFields(options)),
    ...(node !== undefined && { node: readNode(node) }),
    ...(region !== undefined && { region }),
    ...(listed !== undefined && { listed: listed === 'yes' }),
    ...readShared(options),
  };
}
