import type { Abi } from 'viem';
import { beforeAll, expect, test } from 'vitest';
import { compileContracts } from '../stack/localChain/compileContracts.js';
import { dstackAppAbi, ownable2StepAbi } from '../stack/localChain/dstackAppAbi.js';
import { answers, identifiers, indexedArguments } from './testing/identifiers.js';

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
  requireTcbUpToDate: '0x0aa58c83',
  setRequireTcbUpToDate: '0x6e4c7422',
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
  RequireTcbUpToDateSet: '0xafae60561b2481a349b45b3a47357f70eef6ae67e5b6e1749d74de7f19a25aa1',
  OwnershipTransferred: '0x8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0',
};
const originalErrors = { OwnableUnauthorizedAccount: '0x118cdaa7', OwnableInvalidOwner: '0x1e4fbdf7' };

let compiled: Abi;
let twoStep: Abi;
beforeAll(async () => {
  const { DstackApp, DstackAppTwoStep } = await compileContracts();
  compiled = DstackApp.abi;
  twoStep = DstackAppTwoStep.abi;
});

test('every selector, topic and error is the original contract’s', () => {
  expect(identifiers(compiled)).toEqual({
    functions: originalFunctions,
    events: originalEvents,
    errors: originalErrors,
  });
});

test('the generation with two steps has the originals of the second step besides', () => {
  expect(identifiers(twoStep)).toEqual({
    functions: { ...originalFunctions, pendingOwner: '0xe30c3978', acceptOwnership: '0x79ba5097' },
    events: {
      ...originalEvents,
      OwnershipTransferStarted: '0x38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e22700',
    },
    errors: originalErrors,
  });
});

test('as in the original only the owners of a transfer are indexed', () => {
  expect(indexedArguments(compiled)).toEqual(['OwnershipTransferred.previousOwner', 'OwnershipTransferred.newOwner']);
});

test('the typed interfaces say what the compiler says', () => {
  expect(identifiers(dstackAppAbi)).toEqual(identifiers(compiled));
  expect(answers(dstackAppAbi)).toEqual(answers(compiled));
  const typed = [...dstackAppAbi, ...ownable2StepAbi];
  expect(identifiers(typed)).toEqual(identifiers(twoStep));
  expect(answers(typed)).toEqual(answers(twoStep));
});
