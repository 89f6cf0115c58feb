import { expect, test } from 'vitest';
import { updatedAppCompose } from '../rules/appCompose.js';
import { composeHash } from '../rules/composeHash.js';
import { updateCvmRequestSchema } from '../rules/updateCvmRequest.js';
import { composeFile, errorDetails, useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const world = useSimulatorOnChain();

const UPDATE = { docker_compose_file: composeFile('2') };

test('a server that issues no tokens leaves the header route', async () => {
  const { cvm, app } = await world.addOnChainCvm({ quirks: { commitToken: 'absent' } });
  const details = errorDetails((await world.patch(cvm, UPDATE, { 'x-prepare-only': 'true' })).body);
  expect(Object.keys(details)).toEqual(['compose_hash', 'app_id', 'device_id', 'kms_info', 'onchain_status']);
  const hash = String(details['compose_hash']);
  await app.addComposeHash(`0x${hash.slice(2)}`);
  expect(await world.patch(cvm, {}, { 'x-compose-hash': hash })).toMatchObject({ status: 202 });
  expect(cvm.commits).toMatchObject([{ via: 'headers', composeHash: hash }]);
  expect(world.simulator.ledger.preparations.at(-1)).toMatchObject({ token: undefined, usedAt: expect.any(Date) });
});

test('a structured error can come nested under detail', async () => {
  const { cvm } = await world.addOnChainCvm({ quirks: { errorShape: 'nested' } });
  expect(await world.patch(cvm, UPDATE)).toMatchObject({ status: 465, body: { detail: { error_code: 'ERR-01-005' } } });
  expect(await world.commit(cvm, {})).toMatchObject({ status: 466, body: { detail: { error_code: 'ERR-01-006' } } });
});

test('a legacy 465 is flat, and has no token', async () => {
  const { cvm, app } = await world.addOnChainCvm({ quirks: { errorShape: 'legacy' } });
  const { status, body } = await world.patch(cvm, UPDATE);
  expect(status).toBe(465);
  expect(body).toEqual({
    message: 'Compose hash registration required on-chain',
    compose_hash: expect.any(String),
    app_id: app.address,
    device_id: cvm.deviceId,
    kms_info: expect.objectContaining({ chain_id: world.chain.chainId }),
  });
});

test('0x can be everywhere or nowhere', async () => {
  const { cvm } = await world.addOnChainCvm();
  for (const [hexPrefix, pattern] of [
    ['always', /^0x[0-9a-f]+$/],
    ['never', /^[0-9a-f]+$/],
  ] as const) {
    cvm.quirks = { hexPrefix };
    const details = errorDetails((await world.patch(cvm, UPDATE)).body);
    const info = (await world.get(`/cvms/${cvm.vmUuid}`)).body;
    expect(details).toMatchObject({
      compose_hash: expect.stringMatching(pattern),
      app_id: expect.stringMatching(pattern),
      device_id: expect.stringMatching(pattern),
    });
    expect(info).toMatchObject({
      app_id: expect.stringMatching(pattern),
      compose_hash: expect.stringMatching(pattern),
      kms_info: { dstack_app_address: expect.stringMatching(pattern) },
    });
  }
});

test('a field that the server adds makes a hash that no client can foresee', async () => {
  const { cvm, app } = await world.addOnChainCvm({ quirks: { serverAddedFields: { salt: 'server only' } } });
  const foreseen = composeHash(updatedAppCompose(cvm.appCompose, updateCvmRequestSchema.parse(UPDATE), {}));
  const { token, composeHash: announced } = await world.prepare(cvm, UPDATE);
  expect(announced).not.toBe(foreseen);
  await app.addComposeHash(announced);
  expect(await world.commit(cvm, { token })).toMatchObject({ status: 202 });
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'running', bootedComposeHash: announced, appCompose: { salt: 'server only' } });
});

test('an unregistered hash at commit can also be a 465', async () => {
  const { cvm } = await world.addOnChainCvm({ quirks: { unregisteredAtCommit: 465 } });
  const { token } = await world.prepare(cvm, UPDATE);
  expect(await world.commit(cvm, { token })).toMatchObject({ status: 465, body: { error_code: 'ERR-01-005' } });
});

test('a fault rule brings quirks to single requests', async () => {
  const { cvm } = await world.addOnChainCvm();
  world.simulator.faults.add({ endpoint: 'patchCvm', what: { kind: 'quirks', quirks: { commitToken: 'absent' } } });
  expect(errorDetails((await world.patch(cvm, UPDATE)).body)).not.toHaveProperty('commit_token');
  expect(errorDetails((await world.patch(cvm, UPDATE)).body)).toHaveProperty('commit_token');
});
