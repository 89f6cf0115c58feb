import { expect, test } from 'vitest';
import { composeFile, useOfficialTools } from './officialTools.js';

// Faults of the command line itself, in updating CVMs and making new ones. The server's answers are the documented ones.

const tools = useOfficialTools();

test('fault of the CLI: with --json a direct update prints the receipt’s logs before the JSON', async () => {
  const cvm = await tools.cloud.addCvm('ownerKey', 'cli-dirty');
  const compose = await tools.file('dirty.yml', composeFile('dirty'));
  const update = ['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '--json'];
  const { code, stdout } = await tools.phala([...update, ...tools.asOwnerKey]);
  expect(code).toBe(0);
  expect(() => JSON.parse(stdout)).toThrow();
  const json = stdout.slice(stdout.indexOf('\n{\n'));
  expect(JSON.parse(json)).toMatchObject({ success: true, name: cvm.name });
});

test('fault of the CLI: deploy --wait looks at in_progress, which its own SDK drops, and goes by the status alone', async () => {
  const cvm = await tools.cloud.addCvm('none', 'cli-waiting');
  const compose = await tools.file('wait.yml', composeFile('wait'));
  const { code, stderr } = await tools.phala(['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '--wait', '--no-json']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/status=running, in_progress=undefined/);
  expect(cvm.bootedComposeHash).toBe(cvm.commits[0]?.composeHash);
});

test('fault of the CLI: the same compose file again is a ZodError, though the server only says that nothing changes', async () => {
  const cvm = await tools.cloud.addCvm('none', 'cli-no-change');
  const compose = await tools.file('same.yml', cvm.appCompose.docker_compose_file);
  const { code, stderr } = await tools.phala(['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '--no-json']);
  expect(code).toBe(1);
  expect(stderr).toContain('invalid_type');
  expect(stderr).toContain('correlationId');
});

test('fault of the CLI: a 465 of the older, flat form is a ZodError', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'cli-flat');
  cvm.quirks = { errorShape: 'legacy' };
  const compose = await tools.file('flat.yml', composeFile('flat'));
  const update = ['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '--prepare-only', '--no-json'];
  const { code, stderr } = await tools.phala(update);
  expect(code).toBe(1);
  expect(stderr).toContain('composeHash');
});

test('fault of the CLI: an update does not read PRIVATE_KEY, which its help names in place of --private-key', async () => {
  const cvm = await tools.cloud.addCvm('ownerKey', 'cli-key-in-environment');
  const compose = await tools.file('key.yml', composeFile('key'));
  const update = ['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '--rpc-url', tools.cloud.anvil.rpcUrl, '--no-json'];
  const { code, stderr } = await tools.phala(update, { PRIVATE_KEY: tools.cloud.ownerKey.privateKey });
  expect(code).toBe(1);
  expect(stderr).toContain('Private key is required');
  expect(cvm.commits).toEqual([]);
});

test('fault of the CLI: what deploy prints with --json begins with a line that is not JSON', async () => {
  const compose = await tools.file('new.yml', composeFile('cli-new'));
  const { stdout } = await tools.phala(['deploy', '-n', 'cli-new', '-c', compose, '--json']);
  expect(() => JSON.parse(stdout)).toThrow();
  const [progress, ...json] = stdout.split('\n');
  expect(progress).toBe('Provisioning CVM cli-new...');
  expect(JSON.parse(json.join('\n'))).toMatchObject({ success: true, name: 'cli-new' });
});

test('fault of the CLI: with the KMS on chain it asks for PRIVATE_KEY in the environment, and does not read it', async () => {
  const { anvil, ownerKey } = tools.cloud;
  const compose = await tools.file('new-key.yml', composeFile('cli-key'));
  const deploy = ['deploy', '-n', 'cli-key', '-c', compose, '--kms', 'base', '--rpc-url', anvil.rpcUrl, '--no-json'];
  const { code, stderr } = await tools.phala(deploy, { PRIVATE_KEY: ownerKey.privateKey });
  expect([code, stderr]).toEqual([1, expect.stringContaining('either --private-key (or PRIVATE_KEY env) must be')]);
});
