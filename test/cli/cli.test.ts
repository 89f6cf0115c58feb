import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { useRig } from '../rig/rig.js';
import { runCli } from '../rig/runCli.js';

const rig = useRig();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
  await writeFile(join(folder, 'compose.yml'), 'services:\n  web:\n    image: nginx:1.28\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = (...args: string[]) =>
  runCli(args, {
    cwd: folder,
    environment: {
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      COUNTERSIGN_TASK_QUEUE: rig.taskQueue,
      COUNTERSIGN_BY: 'alice',
      COUNTERSIGN_TEMPORAL_UI: 'https://temporal.example',
      TZ: 'Europe/Berlin',
    },
  });

/** The one object on standard output, whatever the exit code. */
async function json(code: number, ...args: string[]) {
  const result = await cli(...args, '--json');
  expect(result.code, result.stderr).toBe(code);
  expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(result.stdout);
}

const quick = ['--finality', 'latest'];
/** The list of changes may be a second behind. */
const listed = { timeout: 20_000 };

describe('the command line', () => {
  it('carries an update from its start to its end, as three people would', async () => {
    const cvm = await rig.addCvm('safe');
    const started = await json(0, 'update', cvm.name, '-c', 'compose.yml', '--reason', 'release 1.4', ...quick);
    expect(started).toMatchObject({ change: `cvm-${cvm.vmUuid}`, kind: 'update', phase: 'preparing' });
    expect(started.url).toContain('https://temporal.example/namespaces/default/workflows/cvm-');
    const { change } = started;
    const waiting = await rig.until(rig.countersign.change(change), 'awaitingRegistration');

    const shown = await json(0, 'show', change);
    expect(shown).toMatchObject({ change, phase: 'awaitingRegistration', requestedBy: 'alice', reason: 'release 1.4' });
    expect(shown.pending).toMatchObject([{ activity: 'followSafe' }]);
    await expect
      .poll(() => json(0, 'list', '--cvm', cvm.vmUuid, '--running'), listed)
      .toMatchObject({
        changes: [{ change, kind: 'update', phase: 'awaitingRegistration', registrar: 'safe', requestedBy: 'alice' }],
      });

    const batch = JSON.parse((await cli('proposal', change)).stdout);
    expect(batch.transactions[0].contractInputsValues.composeHash).toBe(waiting.composeHash);
    expect(await json(0, 'proposal', change)).toMatchObject({
      change,
      phase: 'awaitingRegistration',
      registrar: 'safe',
    });
    expect((await cli('proposal', change, '--calldata')).stdout).toContain(waiting.proposal?.calls[0]?.data);

    const watching = json(0, 'watch', cvm.vmUuid);
    // Its own poll may be quicker than this message; the commit is not to be.
    await json(0, 'pause', change);
    const transactionHash = await rig.signAndExecute(waiting);
    const answer = await json(0, 'registered', change, '--transaction-hash', transactionHash);
    expect(answer).toMatchObject({ change, summary: expect.stringContaining('stands in block') });
    await json(0, 'resume', change);
    expect(await watching).toMatchObject({
      change,
      kind: 'update',
      phase: 'completed',
      created: null,
      composeHash: waiting.composeHash,
      transactionHash,
    });
    expect(cvm.commits).toHaveLength(1);
  });

  it('shows people tables with zones and links, and progress while it waits', async () => {
    const cvm = await rig.addCvm('none');
    // The first look at what was applied: long enough that whoever watches sees it being applied.
    const slow = { kind: 'delay', milliseconds: 3_000 } as const;
    const when = () => cvm.commits.length > 0;
    rig.cloud.simulator.faults.add({ endpoint: 'listOperations', cvm: cvm.vmUuid, when, what: slow });
    const { code, stdout, stderr } = await cli('update', cvm.vmUuid, '-c', 'compose.yml', '--wait', ...quick);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^completed: The CVM runs 0x[0-9a-f]{64}\./);
    expect(stdout).toContain('https://temporal.example');
    expect(stderr).toMatch(/\d\d:\d\d:\d\d GMT\+1 {2}applying/);
    const shown = (await cli('show', cvm.vmUuid)).stdout;
    expect(shown).toMatch(/^phase +completed$/m);
    expect(shown).toMatch(/^kind +update$/m);
    expect(shown).toMatch(/^requested by +alice$/m);
    expect(shown).toContain('Record:');
    const table = async () => (await cli('list', '--cvm', cvm.vmUuid)).stdout;
    await expect.poll(table, listed).toContain('completed');
    expect(await table()).toMatch(/^CHANGE +KIND +PHASE/);
  });

  it('sends every message', async () => {
    const cvm = await rig.addCvm('safe');
    const { change } = await json(0, 'update', cvm.vmUuid, '-c', 'compose.yml', ...quick);
    await rig.until(rig.countersign.change(change), 'awaitingRegistration');
    await json(0, 'comment', change, 'signed by two of three');
    await json(0, 'pause', change, '--reason', 'freeze', '--by', 'bob');
    await json(0, 'resume', change);
    await json(0, 'extend', change, '--deadline', '90d');
    const { events, deadline, paused } = await json(0, 'show', change);
    expect(Date.parse(deadline)).toBeGreaterThan(Date.now() + 89 * 24 * 3_600_000);
    expect(paused).toBe(false);
    expect(events.slice(-4)).toMatchObject([
      { by: 'alice', reason: 'signed by two of three' },
      { by: 'bob', reason: 'freeze' },
      { by: 'alice' },
      { by: 'alice' },
    ]);
    expect(await json(3, 'retry', change)).toMatchObject({ error: { type: 'MessageOutOfPlace', effect: 'none' } });
    await json(0, 'reject', change, '--reason', 'wrong image');
    expect(await json(4, 'watch', change)).toMatchObject({ change, phase: 'rejected' });
    expect(await json(3, 'cancel', change)).toMatchObject({ error: { type: 'ChangeEnded' } });
  });

  it('encrypts an environment file to the key of the app, and allows its names', async () => {
    const cvm = await rig.addCvm('none');
    await writeFile(join(folder, '.env'), 'API_KEY=hunter2\nEMPTY=\n');
    await json(0, 'update', cvm.name, '-e', '.env', '--wait', ...quick);
    expect(cvm.environment).toEqual({ API_KEY: 'hunter2', EMPTY: '' });
    expect(cvm.appCompose.allowed_envs).toEqual(['API_KEY', 'EMPTY']);
  });

  it('takes every field of an update', async () => {
    const cvm = await rig.addCvm('none');
    await writeFile(join(folder, 'script.sh'), 'echo hello\n');
    const flags =
      '--allowed-envs A,B --public-logs no --public-sysinfo --public-tcbinfo yes --vcpu 4 --memory 8192 --disk-size 60 --shutdown-timeout none --allow-force-stop';
    const { summary } = await json(
      0,
      'update',
      cvm.vmUuid,
      '-c',
      'compose.yml',
      '--pre-launch-script',
      'script.sh',
      ...flags.split(' '),
      '--wait',
      ...quick,
    );
    expect(summary).toContain('The CVM runs');
    expect(cvm.appCompose).toMatchObject({
      allowed_envs: ['A', 'B'],
      public_logs: false,
      public_sysinfo: true,
      public_tcbinfo: true,
      pre_launch_script: 'echo hello\n',
    });
  });

  it('looks at a CVM without changing it', async () => {
    const cvm = await rig.addCvm('safe');
    expect(await json(0, 'inspect', cvm.name)).toMatchObject({
      cvmId: cvm.vmUuid,
      contract: { address: cvm.appId, chainId: 31337 },
      composeHash: cvm.composeHash,
    });
  });
});

describe('an exit code and an error', () => {
  it.each([
    ['an unknown command', ['destroy']],
    ['a missing argument', ['update']],
    ['an unknown option', ['list', '--colour', 'red']],
    ['a file that is not there', ['update', 'cvm', '-c', 'missing.yml']],
    ['nothing to change', ['update', '01234567-89ab-cdef-0123-456789abcdef']],
    [
      'a deadline without a zone',
      ['update', '01234567-89ab-cdef-0123-456789abcdef', '--vcpu', '2', '--deadline', 'tomorrow'],
    ],
    ['a number that is none', ['update', '01234567-89ab-cdef-0123-456789abcdef', '--vcpu', 'two']],
    [
      'a malformed transaction hash',
      ['registered', 'cvm-01234567-89ab-cdef-0123-456789abcdef', '--transaction-hash', '0x12'],
    ],
  ])('are 2, with the reason and without a stack, for %s', async (_case, args) => {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.length).toBeGreaterThan(10);
  });

  it('are 3, naming the holder, where the CVM is being changed', async () => {
    const cvm = await rig.addCvm('safe');
    const { change, runId } = await json(0, 'update', cvm.vmUuid, '-c', 'compose.yml', '--requested-by', 'bob');
    const { error } = await json(3, 'update', cvm.vmUuid, '--vcpu', '2');
    expect(error).toMatchObject({
      type: 'ChangeInProgressError',
      effect: 'none',
      holder: { change, runId, kind: 'update', requestedBy: 'bob' },
    });
    await json(0, 'cancel', change);
  });

  it('are 5 where the change fails', async () => {
    const cvm = await rig.addCvm('none');
    rig.cloud.simulator.faults.add({ cvm: cvm.vmUuid, what: { kind: 'operationFails', message: 'disk full' } });
    const failed = await json(5, 'update', cvm.vmUuid, '-c', 'compose.yml', '--wait');
    expect(failed).toMatchObject({
      kind: 'update',
      phase: 'failed',
      error: { type: 'OperationFailed', effect: 'taken' },
    });
  });

  it('are 6 where Temporal does not answer', async () => {
    const { code, stdout } = await runCli(['list', '--json'], {
      environment: { TEMPORAL_ADDRESS: '127.0.0.1:9' },
      cwd: folder,
    });
    expect(code).toBe(6);
    expect(JSON.parse(stdout).error).toMatchObject({ type: 'TemporalUnreachableError', effect: 'none' });
  });

  it('are 7 where there is no such change, or no such CVM', async () => {
    expect(await json(7, 'show', '01234567-89ab-cdef-0123-456789abcdef')).toMatchObject({
      error: { type: 'ChangeNotFoundError' },
    });
    expect(await json(7, 'inspect', 'no-such-cvm')).toMatchObject({ error: { type: 'CvmNotFound' } });
  });

  it('are told by --help, with examples, for every command', async () => {
    const { code, stdout } = await cli('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes: 0 done');
    expect(stdout).toContain('$ countersign update');
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(expect.arrayContaining(['update', 'replicate', 'provision', 'allowlist', 'registered']));
    for (const command of commands) {
      const help = await cli(command, '--help');
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(/Examples?:/);
    }
  });
});
