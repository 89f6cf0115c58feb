import { encryptEnvVars } from '@phala/dstack-sdk/encrypt-env-vars';
import { verifyEnvEncryptPublicKeyLegacy } from '@phala/dstack-sdk/verify-env-encrypt-public-key';
import { expect, test } from 'vitest';
import { allowedEnvironment, decryptEnvironment, EnvironmentUnreadable } from './environment.js';
import { KmsKeys } from './kmsKeys.js';

const appId = '0x09cef33ca9c6e4f2b1d5a7c3e8f0b2a4d6e8f1c3';
const keys = new KmsKeys('kms-test');
const variables = [
  { key: 'TOKEN', value: 's3cret' },
  { key: 'EMPTY', value: '' },
];

test('what the dstack SDK encrypts for an app is opened with the key of that app', async () => {
  const blob = await encryptEnvVars(variables, keys.environmentPublicKey(appId));
  expect(Object.fromEntries(decryptEnvironment(blob, keys.environmentKey(appId)))).toEqual({
    TOKEN: 's3cret',
    EMPTY: '',
  });
});

test('nothing else opens: another key, a changed byte, no hex, nothing at all', async () => {
  const blob = await encryptEnvVars(variables, keys.environmentPublicKey(appId));
  const otherKey = new KmsKeys('kms-other').environmentKey(appId);
  const changed = `${blob.slice(0, -2)}${blob.endsWith('00') ? '01' : '00'}`;
  expect(() => decryptEnvironment(blob, otherKey)).toThrow(EnvironmentUnreadable);
  for (const broken of [changed, 'no hex', '']) {
    expect(() => decryptEnvironment(broken, keys.environmentKey(appId))).toThrow(EnvironmentUnreadable);
  }
});

test('containers see only names in allowed_envs', () => {
  const environment = new Map(Object.entries({ TOKEN: 'a', OTHER: 'b' }));
  expect([...allowedEnvironment(environment, ['TOKEN', 'UNSET'])]).toEqual([['TOKEN', 'a']]);
});

test('the signature over the public key recovers the k256 key of the KMS', async () => {
  const publicKey = Buffer.from(keys.environmentPublicKey(appId), 'hex');
  const signature = Buffer.from(await keys.environmentKeySignature(appId), 'hex');
  expect(verifyEnvEncryptPublicKeyLegacy(publicKey, signature, appId)).toBe(keys.signingPublicKey());
});
