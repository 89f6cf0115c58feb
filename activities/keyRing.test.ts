import { describe, expect, it } from 'vitest';
import { sealToken } from '../client/sealToken.js';
import { Failure } from '../model/failure.js';
import { sealedTokenSchema } from '../model/sealedToken.js';
import { createKeyRing, type SealKey } from './keyRing.js';

const key = (id: string, fill: number): SealKey => ({ id, secret: new Uint8Array(32).fill(fill) });
const [first, second] = [key('k1', 1), key('k2', 2)];

describe('a sealed value', () => {
  it('opens again, and shows nothing of itself', async () => {
    const ring = createKeyRing([first]);
    const sealed = await ring.seal('prep_token', 'cvm-1');
    expect(sealed).toMatch(/^sealed:/);
    expect(sealed).not.toContain('prep_token');
    expect(Buffer.from(sealed).toString('base64')).not.toContain(Buffer.from('prep_token').toString('base64'));
    expect(await ring.unseal(sealed, 'cvm-1')).toBe('prep_token');
  });

  it('looks different each time', async () => {
    const ring = createKeyRing([first]);
    expect(await ring.seal('a', 'cvm-1')).not.toBe(await ring.seal('a', 'cvm-1'));
  });

  it('opens after a rotation, while its key is kept', async () => {
    const sealed = await createKeyRing([first]).seal('prep_token', 'cvm-1');
    expect(await createKeyRing([second, first]).unseal(sealed, 'cvm-1')).toBe('prep_token');
  });

  it.each([
    ['without its key', [second], 'cvm-1'],
    ['with another key of the same id', [key('k1', 9)], 'cvm-1'],
    ['in another change', [first], 'cvm-2'],
  ] as const)('does not open %s', async (_case, keys, context) => {
    const sealed = await createKeyRing([first]).seal('prep_token', 'cvm-1');
    const failure = await createKeyRing([...keys])
      .unseal(sealed, context)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).type).toBe('SealKeyUnknown');
    expect((failure as Failure).message).not.toContain('prep_token');
  });

  it('does not open after it was tampered with', async () => {
    const ring = createKeyRing([first]);
    const sealed = await ring.seal('prep_token', 'cvm-1');
    const tampered = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}` as typeof sealed;
    await expect(ring.unseal(tampered, 'cvm-1')).rejects.toBeInstanceOf(Failure);
  });
});

describe('a commit token that a caller sealed', () => {
  const cvmId = '01234567-89ab-cdef-0123-456789abcdef';
  const seal = (ring: ReturnType<typeof createKeyRing>) => sealToken(' prep_token\n', ring.sealingKey(), cvmId);

  it('shows nothing of itself, and opens for a change of its CVM, after a rotation, too', async () => {
    const sealed = await seal(createKeyRing([first]));
    expect(sealed).toMatch(/^token:/);
    expect(Buffer.from(sealed).toString('base64')).not.toContain(Buffer.from('prep_token').toString('base64'));
    expect(sealedTokenSchema.parse(sealed)).toBe(sealed);
    expect(await createKeyRing([second, first]).openToken(sealed, `cvm-${cvmId}`)).toBe('prep_token');
  });

  it('opens for no other change, and not without its key', async () => {
    const sealed = await seal(createKeyRing([first]));
    const elsewhere = createKeyRing([first]).openToken(sealed, 'cvm-11111111-89ab-cdef-0123-456789abcdef');
    await expect(elsewhere).rejects.toMatchObject({ type: 'RequestRefused' });
    await expect(createKeyRing([second]).openToken(sealed, `cvm-${cvmId}`)).rejects.toMatchObject({
      type: 'SealKeyUnknown',
    });
  });
});
