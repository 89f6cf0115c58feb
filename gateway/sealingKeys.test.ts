import { expect, it } from 'vitest';
import type { SealingKey } from '../model/sealedEnv.js';
import { SealingKeys } from './sealingKeys.js';

const key = (kid: string): SealingKey => ({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid });

it('a sealing key is asked for once, and again when it is old; an old one does where nobody answers', async () => {
  let now = 0;
  let asked = 0;
  let answer: () => Promise<SealingKey> = () => Promise.reject(new Error('no worker'));
  const keys = new SealingKeys(
    () => {
      asked++;
      return answer();
    },
    () => now,
  );
  await expect(keys.current()).rejects.toThrow('no worker');
  answer = async () => key('k1');
  expect((await Promise.all([keys.current(), keys.current()])).map(({ kid }) => kid)).toEqual(['k1', 'k1']);
  expect(asked).toBe(2);
  now += 599_000;
  answer = async () => key('k2');
  expect((await keys.current()).kid).toBe('k1');
  now += 2_000;
  expect((await keys.current()).kid).toBe('k2');
  now += 601_000;
  answer = () => Promise.reject(new Error('no worker'));
  expect((await keys.current()).kid).toBe('k2');
});
