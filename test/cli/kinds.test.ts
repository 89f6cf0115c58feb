import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { useRig } from '../rig/rig.js';
import { runCli } from '../rig/runCli.js';

const rig = useRig();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-kinds-'));
  await writeFile(join(folder, 'compose.yml'), 'services:\n  web:\n    image: nginx:1.28\n');
  await writeFile(join(folder, '.env'), 'GREETING=hello\nTOKEN=planted-secret\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = (...args: string[]) =>
  runCli(args, {
    cwd: folder,
    environment: {
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      COUNTERSIGN_TASK_QUEUE: rig.taskQueue,
      COUNTERSIGN_BY: 'alice',
    },
  });

/** The one object on standard output, whatever the exit code. */
async function json(code: number, ...args: string[]) {
  const result = await cli(...args, '--json');
  expect(result.code, result.stderr).toBe(code);
  expect(result.stdout).not.toContain('planted-secret');
  expect(result.stderr).not.toContain('planted-secret');
  return JSON.parse(result.stdout);
}

const quick = ['--finality', 'latest'];
/** The list of changes may be a second behind. */
const listed = { timeout: 20_000 };

/** Signs what a change asks for as the owners of the Safe, from what the command line tells them. */
async function signFor(change: string): Promise<void> {
  const waiting = await rig.until(rig.countersign.change(change), 'awaitingRegistration');
  expect(await json(0, 'proposal', change)).toMatchObject({ registrar: 'safe', calls: waiting.proposal?.calls });
  await rig.register(rig.countersign.change(change), waiting);
}

describe('the command line', () => {
  it('makes a new CVM whose app a Safe deploys and owns, with an environment that nobody reads on the way', async () => {
    const name = rig.name();
    const { safe, simulator } = rig.cloud;
    const onChain = ['--kms', 'ethereum', '--owner', safe.address];
    const started = await json(0, 'provision', name, '-c', 'compose.yml', '-e', '.env', ...onChain, ...quick);
    expect(started).toMatchObject({ change: `provision-${name}`, kind: 'provision', phase: 'preparing' });
    const ending = json(0, 'watch', started.change);
    await signFor(started.change);
    const end = await ending;
    expect(end).toMatchObject({ kind: 'provision', phase: 'completed', created: { name } });
    expect(simulator.cvm(end.cvmId).environment).toEqual({ GREETING: 'hello', TOKEN: 'planted-secret' });
    const shown = (await cli('show', started.change)).stdout;
    expect(shown).toMatch(/^kind +provision$/m);
    expect(shown).toContain(end.created.cvmId);
    await expect
      .poll(() => json(0, 'list', '--kind', 'provision', '--app', end.appId), listed)
      .toMatchObject({
        changes: [{ change: started.change, phase: 'completed', cvmId: end.cvmId, appId: end.appId }],
      });
  });

  it('replicates a CVM by its name to a node by its name, and follows the replica until it runs', async () => {
    const cvm = await rig.addCvm('safe');
    const node = rig.cloud.simulator.nodes.find(({ id }) => id !== cvm.nodeId);
    const started = await json(0, 'replicate', cvm.name, '--node', node?.name ?? '', '-e', '.env', ...quick);
    expect(started).toMatchObject({ change: `cvm-${cvm.vmUuid}`, kind: 'replicate' });
    const ending = json(0, 'watch', started.change);
    await signFor(started.change);
    const { created } = await ending;
    expect(rig.cloud.simulator.cvm(created.cvmId)).toMatchObject({ nodeId: node?.id, status: 'running' });
    await expect
      .poll(() => json(0, 'list', '--kind', 'replicate', '--app', cvm.appId), listed)
      .toMatchObject({
        changes: [{ change: started.change, cvmId: cvm.vmUuid }],
      });
  });

  it('changes the allow-lists of an app that is named by its CVM, and waits for the end', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const device = `0x${'7'.repeat(64)}`;
    const steps = ['--add-device', device, '--allow-any-device'];
    const end = await json(0, 'allowlist', cvm.name, ...steps, '--wait', ...quick);
    expect(end).toMatchObject({ kind: 'allowlist', phase: 'completed', appId: cvm.appId, cvmId: null });
    expect(end.summary).toContain(`device ${device} allowed`);
  });

  it('says by its exit code that a change failed, and why', async () => {
    const cvm = await rig.addCvm('none');
    const failed = await json(5, 'provision', cvm.name, '-c', 'compose.yml', '--wait', ...quick);
    expect(failed).toMatchObject({ phase: 'failed', error: { type: 'CvmNameTaken', effect: 'none' } });
    const refused = await json(5, 'allowlist', cvm.appId, '--allow-any-device', '--wait', ...quick);
    expect(refused.error.message).toContain('not governed on chain');
  });
});
