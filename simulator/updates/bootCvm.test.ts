import { encryptEnvVars } from '@phala/dstack-sdk/encrypt-env-vars';
import { expect, test } from 'vitest';
import { KmsKeys } from '../rules/kmsKeys.js';
import { composeFile, useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const world = useSimulatorOnChain();

const SECRETS = [
  { key: 'TOKEN', value: 's3cret' },
  { key: 'UNLISTED', value: 'x' },
];

/** A CVM whose update is prepared, registered and committed, but has not booted yet. */
async function committed(update: object) {
  const { cvm, app } = await world.addOnChainCvm();
  const { token, composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2'), ...update });
  await app.addComposeHash(composeHash);
  expect(await world.commit(cvm, { token })).toMatchObject({ status: 202 });
  return { cvm, app, composeHash };
}

async function lastOperation(vmUuid: string): Promise<unknown> {
  const { body } = await world.get(`/cvms/${vmUuid}/operations?limit=1`);
  return body;
}

test('environment values land with the boot: decrypted, and only the allowed names', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const encrypted = await encryptEnvVars(SECRETS, cvm.environmentPublicKey);
  const { token, composeHash } = await world.prepare(cvm, { allowed_envs: ['TOKEN'], encrypted_env: encrypted });
  await app.addComposeHash(composeHash);
  await world.commit(cvm, { token });
  expect(cvm.environment).toEqual({});
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'running', bootedComposeHash: composeHash, environment: { TOKEN: 's3cret' } });
  expect(cvm.environment).not.toHaveProperty('UNLISTED');
});

test('a hash that was removed from the contract before the boot: refused by the KMS, the old version still runs', async () => {
  const { cvm, app, composeHash } = await committed({});
  const before = cvm.bootedComposeHash;
  await app.removeComposeHash(composeHash);
  await world.finishOperation();
  const error = 'Failed to request app keys: Compose hash not allowed';
  expect(cvm).toMatchObject({ status: 'error', bootError: error, composeHash, bootedComposeHash: before });
  expect(await lastOperation(cvm.vmUuid)).toMatchObject({ items: [{ status: 'failed', error_message: error }] });
  expect(await world.get(`/cvms/${cvm.vmUuid}/state`)).toMatchObject({ body: { status: 'error', boot_error: error } });
});

test('a device that the contract does not allow is refused, unless any device is', async () => {
  const { cvm, app } = await committed({});
  await app.removeDevice(cvm.deviceId);
  await world.finishOperation();
  expect(cvm).toMatchObject({ bootError: 'Failed to request app keys: Device not allowed' });
  await app.setAllowAnyDevice(true);
  await world.patch(cvm, { vcpu: 4 });
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'running', bootError: undefined, bootedComposeHash: cvm.composeHash });
});

test('an environment encrypted for another key ends the operation as failed', async () => {
  const otherKey = new KmsKeys('another kms').environmentPublicKey('0x09cef33ca9c6e4f2b1d5a7c3e8f0b2a4d6e8f1c3');
  const { cvm } = await committed({ encrypted_env: await encryptEnvVars(SECRETS, otherKey) });
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'error', environment: {}, bootError: expect.stringContaining('decrypt') });
  expect(await lastOperation(cvm.vmUuid)).toMatchObject({ items: [{ status: 'failed' }] });
});

test('a CVM without on-world.chain KMS boots without asking any chain', async () => {
  const cvm = world.addPhalaCvm({ allowedEnvs: ['TOKEN'] });
  await world.patch(cvm, { encrypted_env: await encryptEnvVars(SECRETS, cvm.environmentPublicKey) });
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'running', environment: { TOKEN: 's3cret' } });
});
