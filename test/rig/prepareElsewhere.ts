import { randomUUID } from 'node:crypto';
import { sealToken } from '../../client/sealToken.js';
import type { AdoptRequestInput } from '../../model/adoptRequest.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { type PreparedElsewhere, prepareUpdate } from '../../stack/prepareUpdate.js';
import type { Rig } from './rig.js';

/** A compose file that no other test has. */
export const newCompose = (): string => `services:\n  web:\n    image: nginx:${randomUUID()}\n`;

/** Prepares an update of a CVM, of a compose file of its own where none is given. */
export const prepareElsewhere = (
  { cloud }: Rig,
  { vmUuid }: SimulatedCvm,
  dockerComposeFile: string = newCompose(),
): Promise<PreparedElsewhere> => prepareUpdate(cloud.simulator, vmUuid, dockerComposeFile);

/** The request to adopt it, with a registration that counts as soon as it is mined. */
export async function adoption(
  { countersign }: Rig,
  { vmUuid: cvmId }: SimulatedCvm,
  { composeHash, token }: PreparedElsewhere,
  overrides: Partial<AdoptRequestInput> = {},
): Promise<AdoptRequestInput> {
  const sealed = await sealToken(token, await countersign.sealingKey(), cvmId);
  return {
    ...{ cvmId, composeHash, token: sealed, requestedBy: 'test' },
    ...overrides,
    policy: { finality: 'latest', ...overrides.policy },
  };
}
