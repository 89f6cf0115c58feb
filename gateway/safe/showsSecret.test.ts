import { expect, it } from 'vitest';
import { showsSecret } from './showsSecret.js';

const secrets = ['first-secret-of-two', 'second:secret-of-two'];
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

it.each([
  ['a bearer token', { authorization: 'Bearer first-secret-of-two' }, true],
  ['the other one', { authorization: 'bearer second:secret-of-two' }, true],
  ['the password of Basic', { authorization: basic('safe:first-secret-of-two') }, true],
  ['a password with a colon', { authorization: basic('safe:second:secret-of-two') }, true],
  ['the address', { path: 'first-secret-of-two' }, true],
  ['the address, beside a wrong header', { authorization: 'Bearer no', path: 'first-secret-of-two' }, true],
  ['nothing', {}, false],
  ['an empty token', { authorization: 'Bearer ' }, false],
  ['the user of Basic', { authorization: basic('first-secret-of-two:') }, false],
  ['a part of it', { authorization: 'Bearer first-secret' }, false],
  ['more than it', { path: 'first-secret-of-two ' }, false],
  ['it without its kind', { authorization: 'first-secret-of-two' }, false],
])('%s is taken as it should be', (_case, shown, expected) => {
  expect(showsSecret(secrets, { authorization: undefined, path: undefined, ...shown })).toBe(expected);
});
