import type { Simulator } from '../simulator/startSimulator.js';

/** What was prepared without the engine. */
export interface PreparedElsewhere {
  readonly composeHash: `0x${string}`;
  readonly token: string;
}

/** Prepares an update as any other tool does: by the API alone. The same document gives the same hash. */
export async function prepareUpdate(
  { url, apiKey, ledger }: Pick<Simulator, 'url' | 'apiKey' | 'ledger'>,
  vmUuid: string,
  dockerComposeFile: string,
): Promise<PreparedElsewhere> {
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
