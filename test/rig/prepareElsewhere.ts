import { randomUUID } from 'node:crypto';
import { sealToken } from '../../client/sealToken.js';
import type { AdoptRequestInput } from '../../model/adoptRequest.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import type { Rig } from './rig.js';

/** What somebody has prepared without the engine. */
export interface PreparedElsewhere {
  readonly composeHash: `0x${string}`;
  readonly token: string;
}

/** A compose file that no other test has. */
export const newCompose = (): string => `services:\n  web:\n    image: nginx:${randomUUID()}\n`;

/** Prepares an update as any other tool does: by the API alone. The same document gives the same hash. */
export async function prepareElsewhere(
  { cloud }: Rig,
  { vmUuid }: SimulatedCvm,
  dockerComposeFile: string = newCompose(),
): Promise<PreparedElsewhere> {
  const { url, apiKey, ledger } = cloud.simulator;
  const answer = await fetch(`${url}/cvms/${vmUuid}`, {
    method: 'PATCH',
    headers: { 'x-api-key': apiKey, 'x-prepare-only': 'true', 'content-type': 'application/json' },
    body: JSON.stringify({ docker_compose_file: dockerComposeFile }),
  });
  if (answer.status !== 465) throw new Error(`expected 465, got ${answer.status}: ${await answer.text()}`);
  const prepared = ledger.preparations.findLast(({ cvmId }) => cvmId === vmUuid);
  if (!prepared?.token) throw new Error('Nothing was prepared.');
  return { composeHash: prepared.composeHash, token: prepared.token };
}

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
