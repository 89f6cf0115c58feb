import { type Abi, toEventSelector, toFunctionSelector } from 'viem';
import { beforeAll, expect, test } from 'vitest';
import { compileContracts } from '../stack/localChain/compileContracts.js';
import { dstackAppAbi } from '../stack/localChain/dstackAppAbi.js';

/** Computed from the original contracts, compiled with solc 0.8.37 and OpenZeppelin 5.4.0. */
const originalFunctions = {
  addComposeHash: '0xdfc77223',
  removeComposeHash: '0x67b3f22c',
  addDevice: '0x2a819728',
  removeDevice: '0x1d266200',
  allowedComposeHashes: '0x2f6622e5',
  allowedDeviceIds: '0xbf8b211b',
  allowAnyDevice: '0x3440a16a',
  setAllowAnyDevice: '0x7c4beeb8',
  isAppAllowed: '0x1e079198',
  version: '0x54fd4d50',
  owner: '0x8da5cb5b',
  transferOwnership: '0xf2fde38b',
  supportsInterface: '0x01ffc9a7',
};
const originalEvents = {
  ComposeHashAdded: '0xfecb34306dd9d8b785b54d65489d06afc8822a0893ddacedff40c50a4942d0af',
  ComposeHashRemoved: '0x755b79bd4b0eeab344d032284a99003b2ddc018b646752ac72d681593a6e8947',
  DeviceAdded: '0x67fc71ab96fe3fa3c6f78e9a00e635d591b7333ce611c0380bc577aac702243b',
  DeviceRemoved: '0xe0862975ac517b0478d308012afabc4bc37c23874a18144d7f2dfb852ff95c2c',
  AllowAnyDeviceSet: '0xbb2cdb6c7b362202d40373f87bc4788301cca658f91711ac1662e1ad2cba4a20',
  OwnershipTransferred: '0x8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0',
};
const originalErrors = { OwnableUnauthorizedAccount: '0x118cdaa7', OwnableInvalidOwner: '0x1e4fbdf7' };

/** Selectors and topics of an interface, by kind and name. */
function identifiers(abi: Abi) {
  const found: Record<string, Record<string, string>> = { functions: {}, events: {}, errors: {} };
  for (const item of abi) {
    if (item.type === 'function') found['functions'] = { ...found['functions'], [item.name]: toFunctionSelector(item) };
    if (item.type === 'event') found['events'] = { ...found['events'], [item.name]: toEventSelector(item) };
    if (item.type === 'error') {
      const selector = toFunctionSelector({ ...item, type: 'function', outputs: [], stateMutability: 'view' });
      found['errors'] = { ...found['errors'], [item.name]: selector };
    }
  }
  return found;
}

let compiled: Abi;
beforeAll(async () => {
  compiled = (await compileContracts()).DstackApp.abi;
});

test('every selector, topic and error is the original contract’s', () => {
  expect(identifiers(compiled)).toEqual({
    functions: originalFunctions,
    events: originalEvents,
    errors: originalErrors,
  });
});

test('as in the original only the owners of a transfer are indexed', () => {
  const indexed = compiled.flatMap((item) =>
    item.type === 'event'
      ? item.inputs.filter((input) => input.indexed).map((input) => `${item.name}.${input.name}`)
      : [],
  );
  expect(indexed).toEqual(['OwnershipTransferred.previousOwner', 'OwnershipTransferred.newOwner']);
});

test('the typed interface says what the compiler says', () => {
  expect(identifiers(dstackAppAbi)).toEqual(identifiers(compiled));
  const outputs = (abi: Abi) =>
    Object.fromEntries(
      abi.flatMap((item) =>
        item.type === 'function'
          ? [[item.name, [item.stateMutability, ...item.outputs.map(({ type }) => type)].join(' ')]]
          : [],
      ),
    );
  expect(outputs(dstackAppAbi)).toEqual(outputs(compiled));
});
