import { describe, expect, it } from 'vitest';
import { changeOf, cvmIdSchema, cvmOf, isCvmId } from './cvmId.js';

const dashed = '01234567-89ab-cdef-0123-456789abcdef';

describe('a CVM id', () => {
  it('is the same with and without dashes, in either case', () => {
    for (const text of [dashed, dashed.replaceAll('-', ''), dashed.toUpperCase()]) {
      expect(cvmIdSchema.parse(text)).toBe(dashed);
    }
  });

  it('names the one change of its CVM, and is found in that name again', () => {
    const change = changeOf(cvmIdSchema.parse(dashed));
    expect(change).toBe(`cvm-${dashed}`);
    expect(cvmOf(change)).toBe(dashed);
    expect(cvmOf(dashed.replaceAll('-', ''))).toBe(dashed);
    expect(cvmOf('inspect-something')).toBeNull();
  });

  it('is told apart from a name and from an app id', () => {
    expect(isCvmId('my-app')).toBe(false);
    expect(isCvmId(`app_${'ab'.repeat(20)}`)).toBe(false);
    expect(isCvmId('ab'.repeat(20))).toBe(false);
  });
});
