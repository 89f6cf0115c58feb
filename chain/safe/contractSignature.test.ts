import { expect, it } from 'vitest';
import { addressSchema } from '../../model/hex.js';
import { contractSignature } from './contractSignature.js';
import { encodeSignatures } from './encodeSignatures.js';

const owner = addressSchema.parse('ab'.repeat(20));

it.each(['0x01', `0x${'12'.repeat(65)}`, `0x${'34'.repeat(200)}`] as const)(
  'the bytes of a contract are read as they were encoded: %s',
  (signature) => {
    expect(contractSignature(encodeSignatures([{ owner, kind: 'contract', signature }]))).toBe(signature);
  },
);

it('what is no signature of a contract, or is cut off, is none', () => {
  const alone = encodeSignatures([{ owner, kind: 'contract', signature: `0x${'12'.repeat(65)}` }]);
  expect(contractSignature(`0x${'1'.repeat(128)}1b`)).toBeNull();
  expect(contractSignature(encodeSignatures([{ owner, kind: 'approval', signature: '0x' }]))).toBeNull();
  expect(contractSignature(`0x${alone.slice(2, -2)}`)).toBeNull();
  expect(contractSignature('0x')).toBeNull();
});
