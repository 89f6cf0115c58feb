import {
  commitCvmProvision,
  deployAppAuth,
  encryptEnvVars,
  getAppEnvEncryptPubKey,
  provisionCvm,
  SUPPORTED_CHAINS,
  safeCommitCvmProvision,
  safeProvisionCvm,
} from '@phala/cloud';
import { createPublicClient, http } from 'viem';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { dstackAppAbi } from '../../stack/localChain/dstackAppAbi.js';
import { dstackKmsAbi } from '../../stack/localChain/dstackKmsAbi.js';
import { chains, composeFile, settled, useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();
const chain = SUPPORTED_CHAINS[chains.base];
if (!chain) throw new Error('The SDK does not know Base any more.');

const environment = [{ key: 'COLOUR', value: 'blue' }];

const provision = (name: string, kms: 'PHALA' | 'BASE') =>
  provisionCvm(tools.client, {
    ...{ name, kms, node_id: 2, env_keys: ['COLOUR'] },
    compose_file: { docker_compose_file: composeFile(name), allowed_envs: ['COLOUR'] },
  });

/** The one CVM that came into being by that name. */
function created(name: string): SimulatedCvm {
  const [cvm, ...others] = tools.cloud.simulator.cvms().filter((each) => each.name === name);
  if (!cvm || others.length > 0) throw new Error(`There are ${cvm ? 'several CVMs' : 'no CVM'} called ${name}.`);
  return cvm;
}

const creationOf = ({ vmUuid }: SimulatedCvm) =>
  tools.cloud.simulator.ledger.creations.filter((creation) => creation.vmUuid === vmUuid);

const reader = () => createPublicClient({ transport: http(tools.cloud.anvil.rpcUrl) });

const ownerOf = (address: `0x${string}`) =>
  reader().readContract({ address, abi: dstackAppAbi, functionName: 'owner' });

/** What `phala deploy` prints of a new CVM, behind a line for people. */
function printedCvm(stdout: string) {
  const [, ...json] = stdout.split('\n');
  const schema = z.object({ success: z.literal(true), vm_uuid: z.string(), name: z.string(), app_id: z.string() });
  return schema.parse(JSON.parse(json.join('\n')));
}

test('with the provider’s KMS the SDK provisions and commits a CVM, which runs with its environment', async () => {
  const provisioned = await provision('sdk-plain', 'PHALA');
  expect(provisioned).toMatchObject({ node_id: 2, device_id: expect.any(String), app_id: expect.any(String) });
  const { app_id, app_env_encrypt_pubkey, compose_hash } = provisioned;
  const encrypted_env = await encryptEnvVars(environment, app_env_encrypt_pubkey ?? '');
  const vm = await commitCvmProvision(tools.client, { app_id: app_id ?? '', compose_hash, encrypted_env });
  const cvm = created('sdk-plain');
  expect(vm).toMatchObject({ name: cvm.name, vm_uuid: cvm.vmUuid, teepod_id: 2, app_id: cvm.appId.slice(2) });
  expect(creationOf(cvm)).toMatchObject([{ kind: 'provision', composeHash: cvm.composeHash, nodeId: 2 }]);
  await settled(cvm);
  expect([cvm.status, cvm.environment]).toEqual(['running', { COLOUR: 'blue' }]);
});

test('with the KMS on chain the SDK deploys the app contract between the two, through the factory', async () => {
  const { anvil, ownerKey, kmsContract } = tools.cloud;
  const { kms_info, device_id, compose_hash, app_id, node_id } = await provision('sdk-on-chain', 'BASE');
  expect(app_id).toBeNull();
  expect(node_id).toBe(2);
  expect(kms_info?.kms_contract_address).toBe(kmsContract.toLowerCase());
  const deployed = await deployAppAuth({
    chain,
    rpcUrl: anvil.rpcUrl,
    kmsContractAddress: kmsContract,
    privateKey: ownerKey.privateKey,
    deviceId: device_id ?? '',
    composeHash: compose_hash,
  });
  expect(deployed).toMatchObject({ deployer: ownerKey.address });
  const { appId, appAuthAddress, deployer } = z
    .object({ appId: z.string(), appAuthAddress: z.string(), deployer: z.string() })
    .parse(deployed);
  const kms_id = kms_info?.slug ?? '';
  const { public_key } = await getAppEnvEncryptPubKey(tools.client, { kms: kms_id, app_id: appId });
  const vm = await commitCvmProvision(tools.client, {
    ...{ app_id: appId, compose_hash, kms_id, contract_address: appAuthAddress, deployer_address: deployer },
    encrypted_env: await encryptEnvVars(environment, public_key),
  });
  const cvm = created('sdk-on-chain');
  expect(vm.app_auth_contract_address?.toLowerCase()).toBe(cvm.appId);
  expect(await ownerOf(cvm.appId)).toBe(ownerKey.address);
  expect(
    await reader().readContract({
      address: kmsContract,
      abi: dstackKmsAbi,
      functionName: 'registeredApps',
      args: [cvm.appId],
    }),
  ).toBe(true);
  await settled(cvm);
  expect([cvm.status, cvm.environment, cvm.bootError]).toEqual(['running', { COLOUR: 'blue' }, undefined]);
});

test('phala deploy makes a CVM with the provider’s KMS', async () => {
  const compose = await tools.file('plain.yml', composeFile('cli-plain'));
  const deploy = ['deploy', '-n', 'cli-plain', '-c', compose, '-e', 'COLOUR=blue', '--json'];
  const { code, stdout } = await tools.phala(deploy);
  expect(code).toBe(0);
  const cvm = created('cli-plain');
  expect(printedCvm(stdout)).toMatchObject({ vm_uuid: cvm.vmUuid, name: cvm.name, app_id: cvm.appId.slice(2) });
  expect(creationOf(cvm)).toMatchObject([{ kind: 'provision', composeHash: cvm.composeHash }]);
  await settled(cvm);
  expect([cvm.status, cvm.environment]).toEqual(['running', { COLOUR: 'blue' }]);
});

test('phala deploy makes a CVM with the KMS on chain, on the node asked for, with a contract of the key’s', async () => {
  const { ownerKey } = tools.cloud;
  const compose = await tools.file('on-chain.yml', composeFile('cli-on-chain'));
  const deploy = [
    'deploy',
    '-n',
    'cli-on-chain',
    '-c',
    compose,
    '-e',
    'COLOUR=blue',
    '--kms',
    'base',
    '--node-id',
    '2',
  ];
  const { code, stdout } = await tools.phala([...deploy, ...tools.asOwnerKey, '--json']);
  expect(code).toBe(0);
  const cvm = created('cli-on-chain');
  expect(printedCvm(stdout)).toMatchObject({ vm_uuid: cvm.vmUuid, app_id: cvm.appId.slice(2) });
  expect(await ownerOf(cvm.appId)).toBe(ownerKey.address);
  expect(cvm.nodeId).toBe(2);
  await settled(cvm);
  expect([cvm.status, cvm.environment, cvm.bootError]).toEqual(['running', { COLOUR: 'blue' }, undefined]);
});

test('a name that is taken and a name that is none are refused, and no CVM comes of it', async () => {
  const { name } = await tools.cloud.addCvm('none', 'taken-name');
  const request = { compose_file: { docker_compose_file: composeFile('taken') } };
  const taken = await safeProvisionCvm(tools.client, { name, ...request });
  const commit = taken.success
    ? await safeCommitCvmProvision(tools.client, {
        ...{ app_id: taken.data.app_id ?? '', compose_hash: taken.data.compose_hash },
      })
    : taken;
  expect(commit).toMatchObject({ success: false, error: { status: 409, errorCode: 'ERR-01-004' } });
  expect(created(name)).toBeDefined();
  const compose = await tools.file('bad-name.yml', composeFile('bad-name'));
  const { code, stderr } = await tools.phala(['deploy', '-n', 'no', '-c', compose, '--no-json']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Name must be 5-63 characters')]);
});

test('a provision that nobody made cannot be committed', async () => {
  const nothing = { app_id: '00'.repeat(20), compose_hash: '00'.repeat(32) };
  const result = await safeCommitCvmProvision(tools.client, nothing);
  expect(result).toMatchObject({ success: false, error: { status: 422 } });
});
