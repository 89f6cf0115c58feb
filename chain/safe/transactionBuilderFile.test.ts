import { encodeFunctionData } from 'viem';
import { describe, expect, it } from 'vitest';
import { addressSchema, composeHashSchema, deviceIdSchema } from '../../model/hex.js';
import type { RegistrationCall } from '../../model/registration.js';
import { dstackAppAbi } from '../../stack/localChain/dstackAppAbi.js';
import { dstackKmsAbi } from '../../stack/localChain/dstackKmsAbi.js';
import { deploymentCall } from '../deployment/deploymentCall.js';
import { registrationCalls } from '../registrationCalls.js';
import { checksum, transactionBuilderFile } from './transactionBuilderFile.js';

const address = addressSchema.parse('ab'.repeat(20));
const safe = addressSchema.parse('cd'.repeat(20));
const kms = { chainId: 8453, address: addressSchema.parse('ef'.repeat(20)) };
const composeHash = composeHashSchema.parse('12'.repeat(32));
const deviceId = deviceIdSchema.parse('34'.repeat(32));
const calls = registrationCalls(address, [{ list: 'composeHashes', composeHash, allowed: true }]);
const listCalls = registrationCalls(address, [
  { list: 'composeHashes', composeHash, allowed: false },
  { list: 'devices', deviceId, allowed: true },
  { list: 'devices', deviceId, allowed: false },
  { list: 'anyDevice', allowed: false },
  { list: 'anyDevice', allowed: true },
]);
const deploy = deploymentCall({ kind: 'deployment', kms, owner: safe, composeHash, deviceId });
const deployForAny = deploymentCall({ kind: 'deployment', kms, owner: safe, composeHash, deviceId: null });
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
            inputs: [{ internalType: 'bytes32', name: 'composeHash', type: 'bytes32' }],
            payable: false,
          },
          contractInputsValues: { composeHash },
        },
      ],
    });
    expect(file.transactions[0].to.toLowerCase()).toBe(address);
  });

  it('shows a bool as text, and several arguments in their order', () => {
    const { transactions } = JSON.parse(transactionBuilderFile([...listCalls, deploy], options));
    expect(transactions[3].contractInputsValues).toEqual({ allowAny: 'false' });
    expect(transactions[4].contractInputsValues).toEqual({ allowAny: 'true' });
    expect(transactions[5].contractMethod.inputs.map(({ type }: { type: string }) => type)).toEqual([
      'address',
      'bool',
      'bool',
      'bytes32',
      'bytes32',
    ]);
    expect(transactions[5].contractInputsValues).toEqual({
      initialOwner: safe,
      disableUpgrades: 'false',
      allowAnyDevice: 'false',
      deviceId,
      composeHash,
    });
    expect(transactions[5].to.toLowerCase()).toBe(kms.address);
  });

  it('shows what the calldata of the proposal says, for every method', () => {
    const all = [...calls, ...listCalls, deploy, deployForAny];
    const { transactions } = JSON.parse(transactionBuilderFile(all, options));
    expect(transactions.map(encodedByTheApp)).toEqual(all.map(({ data }) => data));
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

interface BuilderTransaction {
  readonly contractMethod: { readonly name: string; readonly inputs: readonly { name: string; type: string }[] };
  readonly contractInputsValues: Readonly<Record<string, string>>;
}

/** As the app encodes a call: by the inputs' own names, `true` and `false` read as a bool. */
function encodedByTheApp({ contractMethod: { name, inputs }, contractInputsValues }: BuilderTransaction) {
  const abi = [{ type: 'function', name, inputs, outputs: [], stateMutability: 'nonpayable' }] as const;
  const args = inputs.map((input) => {
    const value = contractInputsValues[input.name];
    return input.type === 'bool' ? value === 'true' : value;
  });
  return encodeFunctionData({ abi, functionName: name, args });
}

describe('the calls', () => {
  it.each([
    [calls[0], 'addComposeHash', [composeHash]],
    [listCalls[0], 'removeComposeHash', [composeHash]],
    [listCalls[1], 'addDevice', [deviceId]],
    [listCalls[2], 'removeDevice', [deviceId]],
    [listCalls[3], 'setAllowAnyDevice', [false]],
    [listCalls[4], 'setAllowAnyDevice', [true]],
    [deploy, 'deployAndRegisterApp', [safe, false, false, deviceId, composeHash]],
    [deployForAny, 'deployAndRegisterApp', [safe, false, true, `0x${'00'.repeat(32)}`, composeHash]],
  ] as const)('are those that the contract has: %#', (call, functionName, args) => {
    // The union of both interfaces has each method; what fits together is the table above.
    const abi: readonly unknown[] = [...dstackAppAbi, ...dstackKmsAbi];
    const data = encodeFunctionData({ abi, functionName, args: [...args] } as Parameters<typeof encodeFunctionData>[0]);
    expect(call).toMatchObject({ method: functionName, data } satisfies Partial<RegistrationCall>);
  });
});
