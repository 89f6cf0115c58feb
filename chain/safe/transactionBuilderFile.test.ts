import { describe, expect, it } from 'vitest';
import { addressSchema, composeHashSchema } from '../../model/hex.js';
import { registrationCalls } from '../registrationCalls.js';
import { checksum, transactionBuilderFile } from './transactionBuilderFile.js';

const address = addressSchema.parse('ab'.repeat(20));
const safe = addressSchema.parse('cd'.repeat(20));
const composeHash = composeHashSchema.parse('12'.repeat(32));
const expectation = { contract: { chainId: 8453, address }, composeHash, deviceId: null };
const calls = registrationCalls(expectation, { composeHash: false, device: true });
const options = { chainId: 8453, safe, title: 'Update of my-app', description: 'why', createdAt: 1_795_219_323_000 };

describe('the Transaction Builder file', () => {
  it('shows method and argument, and leaves the encoding to the app', () => {
    const file = JSON.parse(transactionBuilderFile(calls, options));
    expect(file).toMatchObject({
      version: '1.0',
      chainId: '8453',
      meta: { name: 'Update of my-app', txBuilderVersion: '2.0.1', createdFromOwnerAddress: '' },
      transactions: [
        {
          value: '0',
          data: null,
          contractMethod: {
            name: 'addComposeHash',
            inputs: [{ name: 'composeHash', type: 'bytes32' }],
            payable: false,
          },
          contractInputsValues: { composeHash },
        },
      ],
    });
    expect(file.transactions[0].to.toLowerCase()).toBe(address);
  });

  it('carries the checksum that the app computes of it, the name left out', () => {
    const file = JSON.parse(transactionBuilderFile(calls, options));
    expect(file.meta.checksum).toBe(checksum(file));
    expect(checksum({ ...file, meta: { ...file.meta, name: 'another' } })).toBe(file.meta.checksum);
    expect(checksum({ ...file, chainId: '1' })).not.toBe(file.meta.checksum);
  });

  /** Pinned after this serialisation had reproduced the checksum of a file that the app itself exported. */
  it('keeps the form of that checksum', () => {
    expect(JSON.parse(transactionBuilderFile(calls, options)).meta.checksum).toBe(
      '0xfddb0c6f367e8461b64f2f53d04aecf50534cbc3a030d42c9fca745e3efd1529',
    );
  });
});
