import { getComposeHash } from '@phala/dstack-sdk/get-compose-hash';
import { expect, test } from 'vitest';
import { appComposeHash } from '../appComposeHash.js';
import { initialAppCompose } from './appCompose.js';
import { canonicalJson, composeHash } from './composeHash.js';

const documents = {
  'a new CVM': initialAppCompose({
    name: 'payments',
    dockerComposeFile: 'services:\n  a: {}\n',
    allowedEnvs: ['B', 'A'],
  }),
  'nested objects and arrays': {
    runner: 'docker-compose',
    z: [{ b: 1, a: [2, null] }],
    a: { Z: true, é: 'ü<&>', B: '"' },
  },
  'an empty script': { runner: 'docker-compose', pre_launch_script: '' },
};

test.each(Object.entries(documents))('the hash of %s is the one the dstack SDK computes', (_name, document) => {
  // The SDK types documents by known fields; the hash is over whatever is there.
  expect(composeHash(document)).toBe(`0x${getComposeHash(document as Parameters<typeof getComposeHash>[0])}`);
});

test('the canonical form sorts keys at every depth and keeps the order of arrays', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }, 'x'], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},"x"]}');
});

test('the first compose hash is known before there is a contract', () => {
  const definition = { name: 'payments', dockerComposeFile: 'services: {}' };
  expect(appComposeHash(definition)).toBe(composeHash(initialAppCompose(definition)));
});
