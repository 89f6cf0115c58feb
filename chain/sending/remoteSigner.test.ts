import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressSchema } from '../../model/hex.js';
import { type SignerServer, startSignerServer } from '../../test/ownerKey/signerServer.js';
import { createSigner, createSigners } from './signer.js';

const keys = [`0x${'17'.repeat(32)}`, `0x${'18'.repeat(32)}`] as const;
let one: SignerServer;
let two: SignerServer;

beforeAll(async () => {
  [one, two] = [await startSignerServer(keys[0]), await startSignerServer(...keys)];
});
beforeEach(() => {
  one.fault = null;
});
afterAll(() => Promise.all([one.stop(), two.stop()]));

describe('the address of a remote key', () => {
  it('is that of the only key that the signer holds, asked for once', async () => {
    const signer = createSigner({ signerUrl: one.url, address: null });
    const local = await createSigner({ privateKey: keys[0] }).address();
    expect(await signer.address()).toBe(local);
    one.fault = { kind: 'down' };
    expect(await signer.address()).toBe(local);
    expect(await createSigners(null, signer).find(local)).toBe(signer);
    expect(await createSigners(signer).find(addressSchema.parse('1'.repeat(40)))).toBeNull();
  });

  it('has to be named where there are several', async () => {
    const failure = await createSigner({ signerUrl: two.url, address: null })
      .address()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'SignerRefused', class: 'operator', message: 'The signer holds 2 keys.' });
    expect(failure).toMatchObject({ details: { remedy: expect.stringContaining('COUNTERSIGN_OWNER_ADDRESS') } });
    const address = await createSigner({ privateKey: keys[1] }).address();
    expect(await createSigner({ signerUrl: two.url, address }).address()).toBe(address);
  });

  it('is waited for while the signer is down, and no URL is repeated', async () => {
    one.fault = { kind: 'down' };
    const failure = await createSigner({ signerUrl: one.url, address: null })
      .address()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'SignerUnavailable', class: 'transient' });
    expect(String(failure)).not.toContain('127.0.0.1');
    const nobody = createSigner({ signerUrl: 'http://127.0.0.1:9', address: null });
    await expect(nobody.address()).rejects.toMatchObject({ type: 'SignerUnavailable' });
  });
});
