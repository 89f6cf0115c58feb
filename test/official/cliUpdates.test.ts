import { expect, test } from 'vitest';
import { z } from 'zod';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { chains, composeFile, settled, useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();

/** What `phala deploy --prepare-only --json` prints, as far as a script that follows it would read. */
const preparedSchema = z.object({
  success: z.literal(true),
  prepare_only: z.literal(true),
  compose_hash: z.templateLiteral(['0x', z.string().length(64)]),
  app_id: z.string(),
  device_id: z.string(),
  chain_id: z.number(),
  contract_explorer_url: z.string(),
  onchain_status: z.object({ compose_hash_allowed: z.boolean(), device_id_allowed: z.boolean() }),
  commit_token: z.string(),
  commit_url: z.url(),
  api_commit_url: z.url(),
});

async function prepare(cvm: SimulatedCvm) {
  const compose = await tools.file(`${cvm.name}.yml`, composeFile(cvm.name));
  return preparedSchema.parse(
    await tools.phalaJson(['deploy', '--cvm-id', cvm.vmUuid, '--prepare-only', '-c', compose]),
  );
}

test('deploy --prepare-only prints all that approvers need, and changes nothing', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'cli-prepared');
  const before = cvm.composeHash;
  const prepared = await prepare(cvm);
  expect(prepared).toMatchObject({ app_id: cvm.appId.slice(2), device_id: cvm.deviceId, chain_id: chains.base });
  expect(prepared.onchain_status).toMatchObject({ compose_hash_allowed: false, device_id_allowed: true });
  expect(prepared.contract_explorer_url).toBe(`https://basescan.org/address/${cvm.appId}`);
  const [preparation] = tools.cloud.simulator.ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid);
  expect(preparation).toMatchObject({
    ...{ composeHash: prepared.compose_hash, token: prepared.commit_token, prepareOnly: true },
  });
  expect(cvm.composeHash).toBe(before);
});

test('for people it prints the same, the state on chain, and the command that goes on', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'cli-for-people');
  const compose = await tools.file('people.yml', composeFile('people'));
  const { code, stdout } = await tools.phala([
    'deploy',
    '--cvm-id',
    cvm.vmUuid,
    '--prepare-only',
    '-c',
    compose,
    '--no-json',
  ]);
  const lines = stdout.split('\n').map((line) => line.trim());
  const preparation = tools.cloud.simulator.ledger.preparations.at(-1);
  expect(code).toBe(0);
  expect(lines).toEqual(
    expect.arrayContaining([
      `Compose Hash:    ${preparation?.composeHash}`,
      'Chain:           Base (ID: 8453)',
      `Commit Token:    ${preparation?.token}`,
      'Compose Hash:  NOT registered',
      'Device ID:     registered',
      `phala deploy --cvm-id ${cvm.vmUuid.replaceAll('-', '')} \\`,
      `--token ${preparation?.token} \\`,
    ]),
  );
});

test('deploy --commit carries a prepared update out once the Safe has registered it, without an API key', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'cli-committed');
  const { compose_hash, commit_token } = await prepare(cvm);
  const transactionHash = await tools.registerBySafe(cvm.appId, `0x${compose_hash.slice(2)}`);
  const commit = ['deploy', '--cvm-id', cvm.vmUuid, '--commit', '--token', commit_token];
  const proof = ['--compose-hash', compose_hash, '--transaction-hash', transactionHash];
  const printed = await tools.phalaJson([...commit, ...proof], { PHALA_CLOUD_API_KEY: '' });
  const [effect] = cvm.commits;
  expect(effect).toMatchObject({ via: 'token', composeHash: compose_hash, transactionHash });
  expect(printed).toMatchObject({
    ...{ success: true, vm_uuid: cvm.vmUuid.replaceAll('-', '') },
    ...{ correlation_id: effect?.correlationId, status: expect.any(String) },
  });
  await settled(cvm);
  expect(cvm.bootedComposeHash).toBe(compose_hash);
});

test('deploy --commit with the token alone goes by what the contract says', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'cli-state-only');
  const { compose_hash, commit_token } = await prepare(cvm);
  const commit = ['deploy', '--cvm-id', cvm.vmUuid, '--commit', '--token', commit_token];
  const early = await tools.phala([...commit, '--json']);
  expect(early.code).toBe(1);
  expect(JSON.parse(early.stderr)).toMatchObject({ success: false, error: expect.stringContaining('not allowed') });
  expect(cvm.commits).toEqual([]);

  await tools.registerBySafe(cvm.appId, `0x${compose_hash.slice(2)}`);
  expect(await tools.phalaJson(commit)).toMatchObject({ success: true });
  expect(cvm.commits).toMatchObject([{ via: 'token', composeHash: compose_hash }]);
});

test('a token that a newer preparation replaced is refused, and the command says what to do', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'cli-superseded');
  const { compose_hash, commit_token } = await prepare(cvm);
  await tools.registerBySafe(cvm.appId, `0x${compose_hash.slice(2)}`);
  await prepare(cvm);
  const { code, stderr } = await tools.phala(['deploy', '--cvm-id', cvm.vmUuid, '--commit', '--token', commit_token]);
  expect(code).toBe(1);
  expect(stderr).toContain('Run --prepare-only again to get a new commit token.');
  expect(cvm.commits).toEqual([]);
});

test('deploy with the owner’s key registers the hash and confirms by headers', async () => {
  const cvm = await tools.cloud.addCvm('ownerKey', 'cli-direct');
  const compose = await tools.file('direct.yml', composeFile('direct'));
  const update = ['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '-e', 'COLOUR=blue', '--no-json'];
  const { code, stdout } = await tools.phala([...update, ...tools.asOwnerKey]);
  expect(code).toBe(0);
  expect(stdout).toContain('CVM updated successfully!');
  expect(cvm.commits).toMatchObject([{ via: 'headers', transactionHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) }]);
  await settled(cvm);
  expect(cvm.bootedComposeHash).toBe(cvm.commits[0]?.composeHash);
  // Encrypted to the key that the KMS gives for the app, which the command asks for by the KMS's slug.
  expect(cvm.environment).toEqual({ COLOUR: 'blue' });
});

test('a device that the contract does not allow is registered along with the hash', async () => {
  const { simulator } = tools.cloud;
  const cvm = await tools.cloud.addCvm('ownerKey', 'cli-device');
  const moved = simulator.addCvm({
    name: 'cli-moved',
    dockerComposeFile: composeFile('moved'),
    nodeId: 2,
    kms: { kind: 'onchain', chainId: chains.base, appContract: cvm.appId, kmsContract: tools.cloud.kmsContract },
  });
  const compose = await tools.file('device.yml', composeFile('device'));
  const update = ['deploy', '--cvm-id', moved.vmUuid, '-c', compose, '--no-json'];
  const { code, stderr } = await tools.phala([...update, ...tools.asOwnerKey]);
  expect(code).toBe(0);
  expect(stderr).toContain('Device not registered on-chain, adding...');
  await settled(moved);
  expect([moved.status, moved.bootError]).toEqual(['running', undefined]);
});

test('an update of a CVM without on-chain KMS is applied at once, prepare-only or not, and the command says so', async () => {
  const cvm = await tools.cloud.addCvm('none', 'cli-plain');
  const compose = await tools.file('plain.yml', composeFile('plain'));
  const update = ['deploy', '--cvm-id', cvm.vmUuid, '-c', compose];
  expect(await tools.phalaJson([...update, '--prepare-only'])).toMatchObject({
    ...{ success: true, prepare_only: false },
    message: expect.stringContaining('The update was applied directly.'),
  });
  expect(cvm.commits).toMatchObject([{ via: 'direct' }]);
});
