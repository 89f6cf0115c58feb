import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { FaultEffect } from '../../simulator/faults/faultRule.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { decodedPayloads } from '../rig/executions.js';
import { useRig } from '../rig/rig.js';
import { runCli } from '../rig/runCli.js';

/** The worker runs as in production: its log is looked through, too. */
const rig = useRig({ workers: false });
let folder: string;
let worker: WorkerProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-secrets-'));
  const environment = { ...rig.workerEnvironment, COUNTERSIGN_LOG_LEVEL: 'debug' };
  worker = await startWorkerProcess({ environment, logFile: join(folder, 'worker.log') });
});
afterAll(async () => {
  await worker.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

/** Everything about a change that people can read, by where it stands. */
async function readable(change: Change): Promise<Readonly<Record<string, string>>> {
  const environment = { TEMPORAL_ADDRESS: inject('temporalAddress'), COUNTERSIGN_TASK_QUEUE: rig.taskQueue };
  const [shown, json, watched] = await Promise.all([
    runCli(['show', change.id], { environment }),
    runCli(['show', change.id, '--json'], { environment }),
    change.result().catch((error: Error) => `${error.message} ${JSON.stringify(error)}`),
  ]);
  const history = await rig.client.workflow.getHandle(change.id, change.runId).fetchHistory();
  return {
    show: shown.stdout + shown.stderr,
    json: json.stdout + json.stderr,
    result: JSON.stringify(watched),
    history: decodedPayloads(history),
    log: await readFile(join(folder, 'worker.log'), 'utf8'),
  };
}

/** Nowhere, and where something was left out that is said. */
async function expectNowhere(change: Change, secret: string): Promise<void> {
  const places = await readable(change);
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(10);
    expect(text.includes(secret), `the secret stands in ${place}`).toBe(false);
  }
  expect(places['history']).toContain('[redacted]');
}

/** An error that repeats a secret wherever there is room for one. */
const blabbing = (status: number, secret: string): FaultEffect => ({
  kind: 'answer',
  status,
  headers: { 'x-request-id': secret },
  body: {
    error_code: `ERR-${secret}`,
    message: `The value ${secret} is not good, and ${secret} neither`,
    request_id: secret,
    details: [{ field: 'token', value: secret, message: secret }],
    suggestions: [secret],
  },
});

describe('a secret that the API repeats in an error', () => {
  it('the commit token stands nowhere where people can read it', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { ledger, faults } = rig.cloud.simulator;
    const token = ledger.preparations.find(({ cvmId }) => cvmId === cvm.vmUuid)?.token ?? '';
    expect(token.length).toBeGreaterThan(10);
    faults.add({ endpoint: 'commitUpdate', cvm: cvm.vmUuid, what: blabbing(422, token) });
    await rig.register(change, waiting);
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ failure: 'RequestRefused' });
    await change.send('retry', { by: 'operator' });
    await expectNowhere(change, token);
    expect(cvm.commits).toHaveLength(1);
  });

  it('the API key stands nowhere where people can read it', async () => {
    const cvm = await rig.addCvm('none');
    const { apiKey, faults } = rig.cloud.simulator;
    faults.add({ endpoint: 'getCvm', cvm: cvm.vmUuid, what: blabbing(403, apiKey) });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'blocked');
    await change.send('retry', { by: 'operator' });
    await expectNowhere(change, apiKey);
  });

  it('the environment, encrypted as it is, stands in no message', async () => {
    const cvm = await rig.addCvm('none');
    const encryptedEnv = 'c0ffee'.repeat(40);
    rig.cloud.simulator.faults.add({ endpoint: 'patchCvm', cvm: cvm.vmUuid, what: blabbing(400, encryptedEnv) });
    const update = { encryptedEnv, allowedEnvs: ['A'] };
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update }));
    const { history: _, ...messages } = await readable(change);
    for (const [place, text] of Object.entries(messages)) expect(text.includes(encryptedEnv), place).toBe(false);
    expect(messages['result']).toContain('[redacted]');
  });

  it('in the reason of a failed operation stands nowhere where people can read it', async () => {
    const cvm = await rig.addCvm('none');
    const { apiKey, faults } = rig.cloud.simulator;
    const message = `boot failed: key ${apiKey}, https://x/commit?token=${apiKey}-2 ${'long '.repeat(100_000)}`;
    faults.add({ cvm: cvm.vmUuid, what: { kind: 'operationFails', message } });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await expect(change.result()).rejects.toMatchObject({ type: 'OperationFailed' });
    await expectNowhere(change, apiKey);
    expect((await readable(change))['result']?.length).toBeLessThan(2_000);
  });
});
