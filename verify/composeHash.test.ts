import { type AppCompose, getComposeHash } from '@phala/dstack-sdk/get-compose-hash';
import { describe, expect, it } from 'vitest';
import { composeHashOf } from './composeHash.js';

const documents: readonly Record<string, unknown>[] = [
  {},
  { name: 'app', runner: 'docker-compose', docker_compose_file: 'services: {}\n', allowed_envs: ['B', 'A'] },
  { b: 1, a: { d: [3, { z: 1, y: 2 }], c: null }, A: true, é: 'ü', '\u{1F600}': '\u{1F600}', '\uFFFD': 1 },
  {
    text: '<a href="b">&\u2028\t\\"</a>',
    number: 1e21,
    fraction: 0.1,
    negative: -0,
    empty: '',
    list: [],
  },
];

describe('composeHashOf', () => {
  it.each(documents.map((document) => [JSON.stringify(document), document] as const))(
    'is the hash of the dstack SDK: %s',
    (_, document) => {
      // The SDK hashes any JSON object; its parameter type lists the fields it knows.
      expect(composeHashOf(document)).toBe(`0x${getComposeHash(document as unknown as AppCompose)}`);
    },
  );
});
