import {
  getAppEnvEncryptPubKey,
  getKmsInfo,
  getKmsList,
  getKmsOnChainDetail,
  safeGetKmsInfo,
  verifyEnvEncryptPublicKey,
} from '@phala/cloud';
import { expect, test } from 'vitest';
import { chains, useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();

test('the SDK lists the KMS instances, and finds each by its id and by its slug', async () => {
  const { items, total } = await getKmsList(tools.client);
  expect(total).toBe(items.length);
  const [onChain, ...others] = items.filter(({ chain_id }) => chain_id !== null);
  expect(others).toEqual([]);
  expect(onChain).toMatchObject({ chain_id: chains.base, chain: { name: 'Base' } });
  expect(onChain?.kms_contract_address).toBe(tools.cloud.kmsContract.toLowerCase());
  for (const { id, slug } of items) {
    expect(await getKmsInfo(tools.client, { kms_id: id })).toMatchObject({ id, slug });
    expect(await getKmsInfo(tools.client, { kms_id: slug ?? '' })).toMatchObject({ id, slug });
  }
  expect(await safeGetKmsInfo(tools.client, { kms_id: 'base' })).toMatchObject({
    success: false,
    error: { status: 404 },
  });
});

test('phala kms list shows the contract that the local chain really has', async () => {
  const { stdout } = await tools.phala(['kms', 'list']);
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => line.trim().split(/\s+/))).toEqual([
    ['CHAIN', 'CONTRACT_ADDRESS'],
    ['base', tools.cloud.kmsContract.toLowerCase()],
  ]);
});

test('the key that environment values are encrypted to is signed, and the SDK verifies it', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'environment-key');
  const app_id = cvm.appId.slice(2);
  const { public_key, signature } = await getAppEnvEncryptPubKey(tools.client, { kms: cvm.kmsSlug, app_id });
  expect(public_key).toBe(cvm.environmentPublicKey);
  const bytes = (hex: string) => Buffer.from(hex.replace(/^0x/, ''), 'hex');
  const signer = verifyEnvEncryptPublicKey(bytes(public_key), bytes(signature), app_id);
  expect(signer).toMatch(/^0x0[23][0-9a-f]{64}$/);
  const other = verifyEnvEncryptPublicKey(bytes(public_key), bytes(signature), `${app_id.slice(2)}00`);
  expect(other).not.toBe(signer);
});

test('SDK and CLI show devices and images of the KMS contracts on a chain', async () => {
  const detail = await getKmsOnChainDetail(tools.client, { chain: 'base' });
  expect(detail).toMatchObject({ chain_id: chains.base });
  expect(detail.contracts.map(({ contract_address }) => contract_address.toLowerCase())).toEqual([
    tools.cloud.kmsContract.toLowerCase(),
  ]);
  const { code, stderr, stdout } = await tools.phala(['kms', 'base']);
  expect(code).toBe(0);
  expect(stdout + stderr).toContain(`Contract: ${detail.contracts[0]?.contract_address}`);
});

test.each([
  ['envs encrypt', ['envs', 'encrypt']],
  ['envs update', ['envs', 'update']],
  ['cvms replicate', ['cvms', 'replicate', '--node-id', '2']],
])(
  'fault of the CLI: %s -e asks for the key of a KMS "base", which is its type, where the API takes id or slug',
  async (_, command) => {
    const { ledger } = tools.cloud.simulator;
    const cvm = await tools.cloud.addCvm('safe', 'key-by-type');
    const file = await tools.file('one.env', 'COLOUR=blue\n');
    const already = ledger.requests.length;
    const { code, stderr } = await tools.phala([...command, cvm.vmUuid, '-e', file]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Failed to get encryption public key')]);
    const asked = ledger.requests.slice(already).filter(({ endpoint }) => endpoint === 'getEnvironmentKey');
    expect(asked.map(({ status }) => status)).toEqual([404]);
    cvm.remove();
  },
);
