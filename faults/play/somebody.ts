import type { Act } from '../schedule/schedule.js';
import type { Run } from './run.js';
import { somebodyElse } from './scope.js';

type Does = Extract<Act, { act: 'somebody' }>['does'];

/** Plays somebody who changes the same CVM, past the engine. What he is refused he lets be. */
export async function playSomebody(run: Run, does: Does): Promise<void> {
  const other = { docker_compose_file: `services:\n  other:\n    image: somebody:${run.schedule.seed}\n` };
  switch (does) {
    case 'prepares':
      await patch(run, other, { 'x-prepare-only': 'true' });
      return;
    case 'updates':
      await update(run, other);
      return;
    case 'commitsIt': {
      const hash = run.latest?.composeHash;
      if (hash) await patch(run, {}, { 'x-compose-hash': hash });
    }
  }
}

async function update(run: Run, body: object): Promise<void> {
  const { world, subject, schedule } = run;
  const { status, text } = await patch(run, body, {});
  const { governance } = schedule;
  const hash = status === 465 ? composeHashIn(text) : null;
  if (hash === null || governance === 'none' || !subject.cvm) return;
  await world.owners.register(governance, subject.cvm.appId, hash);
  await patch(run, body, { 'x-compose-hash': hash });
}

async function patch({ world, subject, theirs }: Run, body: object, headers: Readonly<Record<string, string>>) {
  const { url, apiKey } = world.cloud.simulator;
  const response = await fetch(`${url}/cvms/${subject.cvm?.vmUuid}`, {
    method: 'PATCH',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', [somebodyElse]: 'yes', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const correlationId = /"correlation_id"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  if (response.ok && correlationId) theirs.add(correlationId);
  return { status: response.status, text };
}

/** In whichever shape the error comes. */
function composeHashIn(text: string): `0x${string}` | null {
  const found = /"compose_hash"\s*(?:,\s*"value")?\s*:\s*"(?:0x)?([0-9a-fA-F]{64})"/.exec(text)?.[1];
  return found ? `0x${found.toLowerCase()}` : null;
}
