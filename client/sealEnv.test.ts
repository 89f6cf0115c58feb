import { type CryptoKey, compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../model/kinds.js';
import type { SealingKey } from '../model/sealedEnv.js';
import { readInput } from './readInput.js';
import { sealEnv } from './sealEnv.js';

const variables = { API_KEY: 'hunter2', EMPTY: '', SNOWMAN: '☃ 😀' };
let privateKey: CryptoKey;
let sealingKey: SealingKey;

beforeAll(async () => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  privateKey = pair.privateKey;
  const { x = '', y = '' } = await exportJWK(pair.publicKey);
  sealingKey = { kty: 'EC', crv: 'P-256', x, y, kid: 'env-1' };
});

const request = (env: Awaited<ReturnType<typeof sealEnv>>) =>
  readInput('provision', {
    name: 'My-App',
    compose: { dockerComposeFile: 'services: {}' },
    env,
    requestedBy: 'test',
  });

describe('sealed environment variables', () => {
  it('open with the private key, and name the change that they belong to', async () => {
    const env = await sealEnv(variables, sealingKey, 'My-App');
    const read = request(env);
    expect(read.env).toEqual(env);
    expect(env.names).toEqual(['API_KEY', 'EMPTY', 'SNOWMAN']);
    const { plaintext, protectedHeader } = await compactDecrypt(env.sealed.slice('env:'.length), privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(variables);
    expect(protectedHeader).toMatchObject({
      alg: 'ECDH-ES',
      enc: 'A256GCM',
      kid: 'env-1',
      context: workflowIdOf.provision(read),
    });
  });

  it('show it where they were sealed for another change, and do not open with its name written over', async () => {
    const { sealed } = await sealEnv(variables, sealingKey, 'other-app');
    const [, ...rest] = sealed.slice('env:'.length).split('.');
    const decoded = decodeProtectedHeader(sealed.slice('env:'.length));
    expect(decoded['context']).toBe('provision-other-app');
    const forged = Buffer.from(JSON.stringify({ ...decoded, context: 'provision-my-app' })).toString('base64url');
    await expect(compactDecrypt([forged, ...rest].join('.'), privateKey)).rejects.toThrow();
  });

  it('show none of their values, nor twice the same text', async () => {
    const [first, second] = [await sealEnv(variables, sealingKey, 'app'), await sealEnv(variables, sealingKey, 'app')];
    expect(JSON.stringify(first)).not.toContain('hunter2');
    expect(first.sealed).not.toBe(second.sealed);
  });
});
