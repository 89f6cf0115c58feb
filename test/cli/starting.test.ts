import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { runCli } from '../rig/runCli.js';

/** No worker listens here: what is started stays as it was sent, and what needs a worker is never answered. */
const taskQueue = `no-worker-${randomUUID()}`;
let folder: string;
let client: Client;
/** What the test has started. */
const changes: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-starting-'));
  await writeFile(join(folder, 'compose.yml'), 'services:\n  web:\n    image: nginx:1.28\n');
  await writeFile(join(folder, '.env'), 'API_KEY=hunter2\n');
  client = new Client({ connection: await Connection.connect({ address: inject('temporalAddress') }) });
});
afterEach(async () => {
  for (const change of changes.splice(0)) await client.workflow.getHandle(change).terminate('the test is over');
});
afterAll(async () => {
  await client.connection.close();
  await rm(folder, { recursive: true, force: true });
});

const cli = (...args: string[]) =>
  runCli(args, {
    cwd: folder,
    environment: {
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      COUNTERSIGN_TASK_QUEUE: taskQueue,
      COUNTERSIGN_BY: 'alice',
      COUNTERSIGN_TEMPORAL_UI: 'https://temporal.example',
    },
  });

/** The one object on standard output, whatever the exit code. */
async function json(code: number, ...args: string[]) {
  const result = await cli(...args, '--json');
  expect(result.code, result.stderr + result.stdout).toBe(code);
  const answer = JSON.parse(result.stdout);
  if (code === 0 && answer.change && !changes.includes(answer.change)) changes.push(answer.change);
  return answer;
}

const newApp = (): string => `0x${randomBytes(20).toString('hex')}`;
const newName = (): string => `app-${randomUUID().slice(0, 8)}`;
const device = `0x${'d'.repeat(64)}`;
const composeHash = `0x${'c'.repeat(64)}`;

/** What Temporal was given to start a change with. */
async function started(change: string) {
  const handle = client.workflow.getHandle(change);
  const { type } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data ?? new Uint8Array();
  return { type, request: JSON.parse(new TextDecoder().decode(payload)) };
}

describe('a started change', () => {
  it('of a replica is told by name, kind and page, and holds its source', async () => {
    const cvm = randomUUID();
    const appId = newApp();
    const options = ['--app', appId, '--node', 'prod6', '--compose-hash', composeHash, '--reason', 'second region'];
    const answer = await json(0, 'replicate', cvm.replaceAll('-', ''), ...options);
    expect(answer).toMatchObject({ change: `cvm-${cvm}`, kind: 'replicate', phase: 'preparing' });
    expect(answer.url).toBe(`https://temporal.example/namespaces/default/workflows/cvm-${cvm}/${answer.runId}/history`);
    expect(await started(answer.change)).toMatchObject({
      type: 'replicateCvm',
      request: { cvmId: cvm, appId, node: 'prod6', composeHash, requestedBy: 'alice', reason: 'second region' },
    });
    expect(await json(3, 'update', cvm, '--vcpu', '2')).toMatchObject({
      error: { type: 'ChangeInProgressError', effect: 'none', holder: { runId: answer.runId, kind: 'replicate' } },
    });
  });

  it('of a new CVM takes every option', async () => {
    const name = newName();
    const flags =
      '--allowed-envs A,B --public-logs no --kms base --owner OWNER --instance-type tdx.small --vcpu 4 --memory 8192 --disk-size 60 --image dstack-0.5.4 --node 6 --region eu --listed no --gpu 0000:41:00.0=H100 --gpu-attach-mode listed --deadline 7d --finality 3';
    const owner = newApp();
    const args = flags.replace('OWNER', owner).split(' ');
    const answer = await json(0, 'provision', name.toUpperCase(), '-c', 'compose.yml', ...args);
    expect(answer).toMatchObject({ change: `provision-${name}`, kind: 'provision', phase: 'preparing' });
    expect(await started(answer.change)).toMatchObject({
      type: 'provisionCvm',
      request: {
        name: name.toUpperCase(),
        compose: { allowedEnvs: ['A', 'B'], publicLogs: false },
        kms: 'base',
        owner,
        instanceType: 'tdx.small',
        vcpu: 4,
        memory: 8192,
        diskSize: 60,
        image: 'dstack-0.5.4',
        node: 6,
        region: 'eu',
        listed: false,
        gpus: { gpus: [{ slot: '0000:41:00.0', productId: 'H100' }], attachMode: 'listed' },
        policy: { finality: 3 },
      },
    });
  });

  it('of allow-lists takes every option, and is found by kind and by app', async () => {
    const appId = newApp();
    const flags = ['--add-device', device, '--add-node', '6', '--remove-node', 'prod5', '--disallow-any-device'];
    const named = `app_${appId.slice(2)}`;
    const answer = await json(0, 'allowlist', named, ...flags, '--remove-compose-hash', composeHash, '--chain', '8453');
    expect(answer).toMatchObject({ change: `app-${appId.slice(2)}`, kind: 'allowlist', phase: 'preparing' });
    const { type, request } = await started(answer.change);
    expect(type).toBe('changeAllowlist');
    expect(request).toMatchObject({ appId, chainId: 8453 });
    expect(request.steps).toHaveLength(5);
    const listed = () => json(0, 'list', '--kind', 'allowlist', '--app', appId, '--running');
    await expect.poll(listed, { timeout: 10_000 }).toMatchObject({
      changes: [{ change: answer.change, kind: 'allowlist', appId, cvmId: null }],
    });
    expect((await cli('list', '--app', appId)).stdout).toContain(appId);
  });

  it('is the same one for the same idempotency key, but never one of another kind', async () => {
    const cvm = randomUUID();
    const key = ['--idempotency-key', randomUUID()];
    const { runId } = await json(0, 'replicate', cvm, ...key);
    expect((await json(0, 'replicate', cvm, ...key)).runId).toBe(runId);
    expect((await json(3, 'update', cvm, '--vcpu', '2', ...key)).error.holder.runId).toBe(runId);
  });
});

describe('a wrong request', () => {
  const uuid = randomUUID();
  const app = newApp();
  it.each([
    ['policy.finality', ['replicate', uuid, '--finality', 'soon']],
    ['composeHash', ['replicate', uuid, '--compose-hash', '0x12']],
    ['appId', ['replicate', uuid, '--app', 'my-app']],
    ['encryptedEnv', ['replicate', uuid, '--encrypted-env', 'A=plaintext']],
    ['--encrypted-env exclude', ['replicate', uuid, '-e', '.env', '--encrypted-env', 'ab'.repeat(60)]],
    ['registrar', ['replicate', 'by-its-name', '--registrar', 'nobody', '-e', '.env']],
    ['--compose', ['provision', 'my-app']],
    ['name', ['provision', 'app', '-c', 'compose.yml', '-e', '.env']],
    ['owner', ['provision', 'my-app', '-c', 'compose.yml', '--owner', app, '--app', app]],
    ['memory', ['provision', 'my-app', '-c', 'compose.yml', '--memory', 'much']],
    ['missing.yml', ['provision', 'my-app', '-c', 'missing.yml']],
    ['--listed', ['provision', 'my-app', '-c', 'compose.yml', '--listed', 'perhaps']],
    ['Nothing to change', ['allowlist', app]],
    ['appId', ['allowlist', '0x12', '--allow-any-device']],
    ['steps.0.device.deviceId', ['allowlist', app, '--add-device', 'prod6']],
    ['steps.1.composeHash', ['allowlist', 'by-a-cvm', '--add-node', '6', '--remove-compose-hash', '0x12']],
    ['same entry twice', ['allowlist', app, '--add-device', device, '--remove-device', device.slice(2)]],
    ['--disallow-any-device', ['allowlist', app, '--allow-any-device', '--disallow-any-device']],
    ['chainId', ['allowlist', app, '--allow-any-device', '--chain', 'base']],
    ['--deadline', ['allowlist', app, '--allow-any-device', '--deadline', 'tomorrow']],
    ['Allowed choices', ['list', '--kind', 'rollout']],
  ])('is refused with 2 and a word of %s, before anybody is asked', async (field, args) => {
    const { code, stderr } = await cli(...args);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(field);
    expect(stderr).not.toMatch(/^\s+at /m);
    const running = () => client.workflow.count(`TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`);
    await expect.poll(running, { timeout: 10_000 }).toMatchObject({ count: 0 });
  });
});
