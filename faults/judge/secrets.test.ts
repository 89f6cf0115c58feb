import { describe, expect, it } from 'vitest';
import { secretsIn } from './readExecution.js';

const secrets = new Map([['commit token 1', 'b7e23ec2-9af2-4c1f-8a8c-5ae4c1a3b1d0']]);
const token = 'b7e23ec2-9af2-4c1f-8a8c-5ae4c1a3b1d0';
const historyWith = (payload: string) => ({
  events: [{ activityTaskCompletedEventAttributes: { result: { payloads: [{ data: Buffer.from(payload) }] } } }],
});

describe('the search for secrets in a history', () => {
  it.each([
    ['inside of a payload', JSON.stringify({ note: `token ${token}` })],
    ['in base64 inside of a payload', JSON.stringify({ note: Buffer.from(`token ${token}`).toString('base64') })],
  ])('finds one %s', (_, payload) => {
    expect(secretsIn(historyWith(payload), secrets)).toEqual(['commit token 1']);
  });

  it('finds nothing where there is none', () => {
    expect(secretsIn(historyWith('{"commitToken":"sealed:abc"}'), secrets)).toEqual([]);
  });
});
