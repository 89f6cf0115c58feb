import type { Abi } from 'viem';
import { beforeAll, expect, test } from 'vitest';
import { compileContracts } from '../stack/localChain/compileContracts.js';
import { dstackKmsAbi } from '../stack/localChain/dstackKmsAbi.js';
import { answers, identifiers, indexedArguments } from './testing/identifiers.js';

/** Computed from the original contract, compiled with solc 0.8.37 and OpenZeppelin 5.4.0. */
const originals = {
  functions: {
    'deployAndRegisterApp/5': '0x8618169d',
    'deployAndRegisterApp/6': '0x9cb9c31f',
    registerApp: '0x17a1d80f',
    registeredApps: '0xa6c4cce9',
    appImplementation: '0x25a992da',
    isAppAllowed: '0x1e079198',
  },
  events: {
    AppRegistered: '0x0d540ad8f39e07d19909687352b9fa017405d93c91a6760981fbae9cf28bfef7',
    AppImplementationSet: '0x08bb433f12b5fd81d2d5e0deeb3b4d28371781ddbd80e9d053e7468d2b1aa82d',
    AppDeployedViaFactory: '0xfd86d7f6962eba3b7a3bf9129c06c0b2f885e1c61ef2c9f0dbb856be0deefdee',
  },
  errors: {},
};

let compiled: Abi;
beforeAll(async () => {
  compiled = (await compileContracts()).DstackKms.abi;
});

test('every selector and topic is the original contract’s', () => {
  expect(identifiers(compiled)).toEqual(originals);
});

test('as in the original only AppDeployedViaFactory can be looked for by its arguments', () => {
  expect(indexedArguments(compiled)).toEqual(['AppDeployedViaFactory.appId', 'AppDeployedViaFactory.deployer']);
});

test('the typed interface says what the compiler says', () => {
  expect(identifiers(dstackKmsAbi)).toEqual(identifiers(compiled));
  expect(answers(dstackKmsAbi)).toEqual(answers(compiled));
});
