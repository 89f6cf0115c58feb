import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { type Rig, useRig } from '../rig/rig.js';
import { adoptEndings } from './adoptEndings.js';
import { allowlistEndings } from './allowlistEndings.js';
import { provisionEndings, replicateEndings } from './creationEndings.js';
import type { Ending } from './ending.js';
import { recordedNames, recordHistory } from './historyFiles.js';
import { notifiedEndings, timelockEndings } from './otherEndings.js';
import { troubledUpdateEndings } from './troubledUpdateEndings.js';
import { updateEndings } from './updateEndings.js';

const recorded = await recordedNames();
const missing = (endings: readonly Ending[]): readonly Ending[] => endings.filter(({ name }) => !recorded.has(name));
const silent = missing([
  ...updateEndings,
  ...troubledUpdateEndings,
  ...timelockEndings,
  ...replicateEndings,
  ...provisionEndings,
  ...allowlistEndings,
  ...adoptEndings,
]);
const notified = missing(notifiedEndings);

/** Runs a change to each of these ends and keeps its history. One after the other: the cloud's clock is moved for all. */
function record(rig: Rig, endings: readonly Ending[]): void {
  it.each(endings)('keeps the history of $name', { timeout: 120_000 }, async ({ name, phase, run }) => {
    const change = await run(rig);
    expect((await change.status()).phase).toBe(phase);
    const { id, runId } = change;
    await recordHistory(name, await rig.client.workflow.getHandle(id, runId).fetchHistory());
  });
}

const recording = process.env['COUNTERSIGN_RECORD_HISTORIES'];

describe('the histories of this release', () => {
  it.skipIf(recording)('are there for each way to end; npm run histories makes those that are missing', () => {
    expect([...silent, ...notified].map(({ name }) => name)).toEqual([]);
  });
});

if (recording && silent.length > 0) describe('a deployment', () => record(useRig(), silent));

if (recording && notified.length > 0) {
  const receiver = createServer((request, response) => request.resume().on('end', () => response.writeHead(204).end()));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  // One that listens on TCP has such an address.
  const { port } = receiver.address() as AddressInfo;
  describe('a deployment that sends notifications', () => {
    afterAll(() => new Promise((resolve) => receiver.close(resolve)));
    const url = `http://127.0.0.1:${port}/`;
    const secret = 'a secret of sixteen characters';
    record(useRig({ notifications: { COUNTERSIGN_NOTIFY_URL: url, COUNTERSIGN_NOTIFY_SECRET: secret } }), notified);
  });
}
