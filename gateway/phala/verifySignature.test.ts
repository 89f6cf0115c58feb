import { createHmac } from 'node:crypto';
import { verifyWebhookSignature } from '@phala/cloud/webhook';
import { describe, expect, it } from 'vitest';
import { signatureProblem } from './verifySignature.js';

const secret = 'whsec_0123456789abcdef';
const body = '{"event":"cvm.updated","name":"☃"}';
const now = Math.floor(Date.now() / 1000);
const sign = (timestamp: string | number, text = body, key = secret): string =>
  `sha256=${createHmac('sha256', key).update(`${timestamp}.${text}`).digest('hex')}`;

const good = { timestamp: String(now), signature: sign(now), body };

describe('a signature', () => {
  // The official SDK says what is right.
  it.each([
    ['as it should be', good],
    ['at the edge of the past', { ...good, timestamp: String(now - 295), signature: sign(now - 295) }],
    ['at the edge of the future', { ...good, timestamp: String(now + 295), signature: sign(now + 295) }],
    ['too old', { ...good, timestamp: String(now - 310), signature: sign(now - 310) }],
    ['from the future', { ...good, timestamp: String(now + 310), signature: sign(now + 310) }],
    ['of another time', { ...good, signature: sign(now - 1) }],
    ['of another body', { ...good, body: `${body} ` }],
    ['by another secret', { ...good, signature: sign(now, body, `${secret}x`) }],
    ['in capitals', { ...good, signature: good.signature.toUpperCase() }],
    ['without its name', { ...good, signature: good.signature.slice('sha256='.length) }],
    ['cut off', { ...good, signature: good.signature.slice(0, -1) }],
    ['that is none', { ...good, signature: '' }],
    ['without a time', { ...good, timestamp: '' }],
    ['with a time that is none', { ...good, timestamp: 'now' }],
  ])('%s is taken where the SDK takes it', (_case, { timestamp, signature, body: text }) => {
    const taken = verifyWebhookSignature({ secret, timestamp, signature, body: text });
    const problem = signatureProblem({ secrets: [secret], timestamp, signature, body: Buffer.from(text) }, Date.now());
    expect(problem === null).toBe(taken);
  });

  it('counts for the bytes, whatever they are', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const hmac = createHmac('sha256', secret).update(`${now}.`).update(bytes).digest('hex');
    const signed = { secrets: [secret], timestamp: String(now), signature: `sha256=${hmac}` };
    expect(signatureProblem({ ...signed, body: bytes }, Date.now())).toBeNull();
    expect(signatureProblem({ ...signed, body: Buffer.from(bytes.toString('utf8')) }, Date.now())).not.toBeNull();
  });

  it('may be made with any of the secrets, so that one can be changed for another', () => {
    const check = (secrets: string[]) => signatureProblem({ secrets, ...good, body: Buffer.from(body) }, Date.now());
    expect(check(['whsec_the-next-one', secret])).toBeNull();
    expect(check([secret, 'whsec_the-next-one'])).toBeNull();
    expect(check(['whsec_the-next-one'])).not.toBeNull();
    expect(check([])).not.toBeNull();
  });

  it('is refused with a time that only begins as a number', () => {
    const timestamp = `${now}; drop`;
    const problem = signatureProblem(
      { secrets: [secret], timestamp, signature: sign(timestamp), body: Buffer.from(body) },
      Date.now(),
    );
    expect(problem).toContain('no number');
  });
});
