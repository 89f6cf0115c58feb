import { addComposeHash, confirmCvmPatch, patchCvm, SUPPORTED_CHAINS } from '@phala/cloud';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { chains, composeFile, settled, useOfficialTools } from './officialTools.js';

/** The chain id of the embedded stack, which the official tools know as well, if not in all they do. */
const tools = useOfficialTools(chains.anvil);
const chain = SUPPORTED_CHAINS[chains.anvil];
if (!chain) throw new Error('The SDK does not know anvil any more.');

// The SDK prints the logs of receipts.
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

test('the SDK carries an update through by headers', async () => {
  const { anvil, ownerKey } = tools.cloud;
  const cvm = await tools.cloud.addCvm('ownerKey', 'anvil-sdk');
  const required = await patchCvm(tools.client, { id: cvm.vmUuid, docker_compose_file: composeFile('anvil-sdk') });
  if (!required.requiresOnChainHash) throw new Error('The update was applied without a registration.');
  expect(required.kmsInfo).toMatchObject({ chain_id: chain.id, chain: { name: 'Anvil' } });
  const { composeHash } = required;
  const { transactionHash } = await addComposeHash({
    ...{ chain, rpcUrl: anvil.rpcUrl, appId: cvm.appId, composeHash },
    privateKey: ownerKey.privateKey,
  });
  await confirmCvmPatch(tools.client, { id: cvm.vmUuid, composeHash, transactionHash });
  expect(cvm.commits).toMatchObject([{ via: 'headers', composeHash, transactionHash }]);
});

test('phala deploy prepares, the Safe registers, and phala deploy commits', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'anvil-cli');
  const compose = await tools.file('anvil.yml', composeFile('anvil-cli'));
  const prepare = ['deploy', '--cvm-id', cvm.vmUuid, '--prepare-only', '-c', compose];
  const { compose_hash, commit_token } = z
    .object({ chain_id: z.literal(chain.id), compose_hash: z.string(), commit_token: z.string() })
    .parse(await tools.phalaJson(prepare));
  await tools.registerBySafe(cvm.appId, `0x${compose_hash.slice(2)}`);
  await tools.phalaJson(['deploy', '--cvm-id', cvm.vmUuid, '--commit', '--token', commit_token]);
  await settled(cvm);
  expect(cvm.bootedComposeHash).toBe(compose_hash);
});

test('phala deploy makes a CVM, whose KMS counts as one of Ethereum', async () => {
  const compose = await tools.file('new.yml', composeFile('anvil-new'));
  const deploy = ['deploy', '-n', 'anvil-new', '-c', compose, '--kms', 'ethereum', '--no-json'];
  const { code, stdout } = await tools.phala([...deploy, ...tools.asOwnerKey]);
  expect(code).toBe(0);
  const [cvm] = tools.cloud.simulator.cvms().filter(({ name }) => name === 'anvil-new');
  expect(stdout).toContain(`CVM ID:    ${cvm?.vmUuid}`);
  expect(stdout).toContain(`App ID:    ${cvm?.appId.slice(2)}`);
});

test('phala kms list knows the chain', async () => {
  const { stdout } = await tools.phala(['kms', 'list']);
  expect(stdout).toMatch(new RegExp(`^anvil\\s+${tools.cloud.kmsContract.toLowerCase()}`, 'm'));
});

test('fault of the CLI: a direct update reads through Multicall3, which its definition of this chain does not name', async () => {
  const cvm = await tools.cloud.addCvm('ownerKey', 'anvil-direct');
  const compose = await tools.file('direct.yml', composeFile('anvil-direct'));
  const update = ['deploy', '--cvm-id', cvm.vmUuid, '-c', compose, '--no-json'];
  const { code, stderr } = await tools.phala([...update, ...tools.asOwnerKey]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('does not support contract "multicall3"')]);
  expect(cvm.commits).toEqual([]);
});
