import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../activities/notifications/body.js';
import { signatureOf } from '../activities/notifications/signature.js';
import { aNotification } from '../activities/notifications/testing/aNotification.js';

const page = await readFile(new URL('how-to/receive-notifications.md', import.meta.url), 'utf8');
const [, example = ''] = /```js\n([\s\S]+?)```/.exec(page) ?? [];
const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(example)}`);

const secret = 'a secret of sixteen characters';
const now = Date.parse('2026-12-01T12:00:00Z');

const json = '{"version":1,"text":"Schlüssel"}';

/** A request as it is sent, with what is done to it on its way. */
function request({ body = json, signed = json, at = now, by = secret } = {}) {
  const timestamp = Math.floor(at / 1000);
  return {
    headers: {
      'x-countersign-timestamp': String(timestamp),
      'x-countersign-signature': signatureOf(by, timestamp, signed),
    },
    body: Buffer.from(body),
    secret,
    now,
  };
}

describe('the check of a signature in docs/how-to/receive-notifications.md', () => {
  it('takes what the worker sends', () => {
    expect(isGenuine(request())).toBe(true);
  });

  it.each([
    ['another body', request({ body: '{}' })],
    ['another secret', request({ by: 'another secret of theirs' })],
    ['an old one', request({ at: now - 301_000 })],
    ['one of the future', request({ at: now + 302_000 })],
    ['one without a signature', { ...request(), headers: { 'x-countersign-timestamp': String(now / 1000) } }],
    ['one without a timestamp', { ...request(), headers: { 'x-countersign-signature': `sha256=${'0'.repeat(64)}` } }],
    [
      'one with another timestamp',
      { ...request(), headers: { ...request().headers, 'x-countersign-timestamp': String(now / 1000 - 1) } },
    ],
  ])('turns away %s', (_what, wrong) => {
    expect(isGenuine(wrong)).toBe(false);
  });
});

it('the body in docs/how-to/receive-notifications.md has the fields that are sent, in their order', () => {
  const [, shown = '{}'] = /```json\n([\s\S]+?)```/.exec(page) ?? [];
  const sent = bodyOf(aNotification(), null);
  const names = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, names(inner)]))
      : null;
  expect(JSON.stringify(names(JSON.parse(shown)), null, 1)).toBe(JSON.stringify(names(sent), null, 1));
});
