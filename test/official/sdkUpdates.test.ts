import {
  addComposeHash,
  commitCvmUpdate,
  confirmCvmPatch,
  encryptEnvVars,
  patchCvm,
  SUPPORTED_CHAINS,
  safeConfirmCvmPatch,
  safePatchCvm,
} from '@phala/cloud';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chains, composeFile, settled, useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();
const chain = SUPPORTED_CHAINS[chains.base];
if (!chain) throw new Error('The SDK does not know Base any more.');

let printed: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  printed = vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => printed.mockRestore());

/** Phase 1 of an update that needs a registration. */
async function patch(cvm: { readonly vmUuid: string }, body: Readonly<Record<string, unknown>>) {
  const result = await patchCvm(tools.client, { id: cvm.vmUuid, ...body });
  if (!result.requiresOnChainHash) throw new Error('The update was applied without a registration.');
  return result;
}

test('patchCvm, addComposeHash and confirmCvmPatch carry an update through by headers', async () => {
  const { anvil, ownerKey, simulator } = tools.cloud;
  const cvm = await tools.cloud.addCvm('ownerKey', 'sdk-headers');
  const required = await patch(cvm, { docker_compose_file: composeFile('sdk-headers') });
  expect(required).toMatchObject({
    appId: cvm.appId,
    deviceId: cvm.deviceId,
    kmsInfo: { slug: cvm.kmsSlug, chain_id: chain.id, chain: { id: chain.id } },
    onchainStatus: { compose_hash_allowed: false, device_id_allowed: true, is_allowed: false },
  });
  expect(required.kmsInfo.kms_contract_address).toBe(tools.cloud.kmsContract.toLowerCase());

  const { transactionHash } = await addComposeHash({
    chain,
    rpcUrl: anvil.rpcUrl,
    appId: cvm.appId,
    composeHash: required.composeHash,
    privateKey: ownerKey.privateKey,
  });
  const confirmation = { id: cvm.vmUuid, composeHash: required.composeHash, transactionHash };
  const { correlationId } = await confirmCvmPatch(tools.client, confirmation);
  expect(simulator.ledger.commitsOf(cvm.vmUuid)).toMatchObject([
    { composeHash: required.composeHash, via: 'headers', transactionHash, correlationId },
  ]);
  await settled(cvm);
  expect(cvm.bootedComposeHash).toBe(required.composeHash);
});

test('a prepared update is committed with its token, after the Safe has registered its hash', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'sdk-token');
  const prepared = await patch(cvm, { docker_compose_file: composeFile('sdk-token'), prepareOnly: true });
  expect(prepared.commitUrl).toContain(prepared.commitToken);
  expect(prepared.apiCommitUrl).toContain(prepared.commitToken);
  const transactionHash = await tools.registerBySafe(cvm.appId, `0x${prepared.composeHash.replace(/^0x/, '')}`);
  const commit = { composeHash: prepared.composeHash, token: prepared.commitToken ?? '', transactionHash };
  const { correlationId, status } = await commitCvmUpdate(tools.client, { id: cvm.vmUuid, ...commit });
  expect(status).toBeTypeOf('string');
  expect(cvm.commits).toMatchObject([{ via: 'token', transactionHash, correlationId }]);
});

test('environment values that the SDK encrypts reach the containers', async () => {
  const cvm = await tools.cloud.addCvm('none', 'sdk-environment');
  const encrypted = await encryptEnvVars([{ key: 'COLOUR', value: 'blue' }], cvm.environmentPublicKey);
  const change = { allowed_envs: ['COLOUR'], encrypted_env: encrypted };
  const result = await patchCvm(tools.client, { id: cvm.vmUuid, ...change });
  expect(result.requiresOnChainHash).toBe(false);
  await settled(cvm);
  expect(cvm.environment).toEqual({ COLOUR: 'blue' });
});

test('a hash that nobody registered is refused as 468, and a transaction that does not show it as 467', async () => {
  const { anvil } = tools.cloud;
  const cvm = await tools.cloud.addCvm('safe', 'sdk-refused');
  const { composeHash } = await patch(cvm, { docker_compose_file: composeFile('sdk-refused') });
  const transactionHash = await tools.registerBySafe(cvm.appId, cvm.composeHash);
  const confirmation = { id: cvm.vmUuid, composeHash, transactionHash };
  const unregistered = await safeConfirmCvmPatch(tools.client, confirmation);
  expect(unregistered).toMatchObject({ success: false, error: { status: 468, errorCode: 'ERR-01-008' } });
  await tools.registerBySafe(cvm.appId, `0x${composeHash.replace(/^0x/, '')}`);
  const unverified = await safeConfirmCvmPatch(tools.client, confirmation);
  expect(unverified).toMatchObject({ success: false, error: { status: 467, errorCode: 'ERR-01-007' } });
  expect(anvil.chainId).toBe(chain.id);
  expect(cvm.commits).toEqual([]);
});

// What follows are faults of the SDK itself. The server's answers are the documented ones.

test('fault of the SDK: addComposeHash prints the logs of the receipt on standard output', async () => {
  const { anvil, ownerKey } = tools.cloud;
  const cvm = await tools.cloud.addCvm('ownerKey', 'sdk-prints');
  const composeHash = cvm.composeHash;
  const { privateKey } = ownerKey;
  await addComposeHash({ chain, rpcUrl: anvil.rpcUrl, appId: cvm.appId, composeHash, privateKey });
  expect(printed.mock.calls).toEqual([[[expect.objectContaining({ data: composeHash })]]]);
});

test('fault of the SDK: addComposeHash is of no use to a Safe, since only the owner’s own key may send', async () => {
  const { anvil, ownerKey } = tools.cloud;
  const cvm = await tools.cloud.addCvm('safe', 'sdk-safe');
  const { composeHash, appId } = cvm;
  const attempt = addComposeHash({
    ...{ chain, rpcUrl: anvil.rpcUrl, appId, composeHash },
    privateKey: ownerKey.privateKey,
  });
  await expect(attempt).rejects.toThrow();
});

test('fault of the SDK: an update that changes nothing is applied by the server and thrown as a ZodError', async () => {
  const cvm = await tools.cloud.addCvm('none', 'sdk-no-change');
  const { docker_compose_file } = cvm.appCompose;
  const result = await safePatchCvm(tools.client, { id: cvm.vmUuid, docker_compose_file });
  expect(result).toMatchObject({ success: false, error: { name: 'ZodError' } });
  const { requests } = tools.cloud.simulator.ledger;
  expect(requests.filter(({ endpoint }) => endpoint === 'patchCvm').at(-1)).toMatchObject({ status: 202 });
});

test('fault of the SDK: a 465 of the older, flat form is thrown as a ZodError', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'sdk-flat');
  cvm.quirks = { errorShape: 'legacy' };
  const update = { id: cvm.vmUuid, docker_compose_file: composeFile('sdk-flat') };
  const result = await safePatchCvm(tools.client, update);
  expect(result).toMatchObject({ success: false, error: { name: 'ZodError' } });
});

test.each([
  ['no timeout, as null', { shutdown_timeout: null }],
  ['GPUs in the API’s own form', { gpus: { gpus: [{ slot: '18:00.0' }], attach_mode: 'listed' } }],
])('fault of the SDK: what the API takes, it refuses by its own schema and never sends: %s', async (_, change) => {
  const cvm = await tools.cloud.addCvm('none', 'sdk-refuses');
  const result = await safePatchCvm(tools.client, { id: cvm.vmUuid, ...change });
  expect(result).toMatchObject({ success: false, error: { name: 'ZodError' } });
  const { requests } = tools.cloud.simulator.ledger;
  expect(requests.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toEqual([]);
  cvm.remove();
});
