import { describe, expect, it } from 'vitest';
import { failureOf, readProblem } from './problem.js';

const structured = {
  error_code: 'ERR-01-005',
  message: 'Compose hash registration required on-chain',
  request_id: 'req-1',
  details: [
    { field: 'compose_hash', value: 'ab', message: null },
    { field: 'kms_info', value: { chain_id: 8453 } },
    { message: 'without a field' },
  ],
  suggestions: ['register it'],
};

describe('an error answer', () => {
  it.each([
    ['structured', structured],
    ['structured, nested under detail', { detail: structured }],
  ])('is read where it is %s', (_shape, body) => {
    expect(readProblem({ status: 465, body })).toEqual({
      status: 465,
      code: 'ERR-01-005',
      message: structured.message,
      requestId: 'req-1',
      retryAfter: null,
      fields: { compose_hash: 'ab', kms_info: { chain_id: 8453 } },
    });
  });

  it('is read where it is flat, as older servers write a 465', () => {
    const body = { message: 'Registration required', compose_hash: 'ab', app_id: 'cd' };
    expect(readProblem({ status: 465, body })).toMatchObject({
      code: null,
      fields: { compose_hash: 'ab', app_id: 'cd' },
    });
  });

  it('is read where FastAPI made it: a sentence, or a list of paths', () => {
    expect(readProblem({ status: 404, body: { detail: 'CVM not found' } }).message).toBe('CVM not found');
    const body = { detail: [{ loc: ['body', 'memory'], msg: 'must be an integer', type: 'int', input: 'hunter2' }] };
    const { message } = readProblem({ status: 422, body });
    expect(message).toBe('body.memory: must be an integer');
    expect(message).not.toContain('hunter2');
  });

  it.each([[undefined], [null], ['<html>'], [{}], [[]], [{ detail: 7 }]])(
    'leaves only the status where its body is %j',
    (body) => {
      expect(readProblem({ status: 502, body })).toMatchObject({ code: null, message: 'HTTP 502', fields: {} });
    },
  );

  it.each([
    ['7', 7_000],
    [new Date(Date.now() + 60_000).toUTCString(), 60_000],
    ['99999', 3_600_000],
    ['0.2', 1_000],
    ['0', null],
    [new Date(Date.now() - 60_000).toUTCString(), null],
    ['soon', null],
    ['', null],
  ])('asks to wait: Retry-After %s', (header, expected) => {
    const { retryAfter } = readProblem({ status: 429, body: {} }, new Headers({ 'retry-after': header }));
    if (expected === null) expect(retryAfter).toBeNull();
    else expect(Math.abs((retryAfter ?? 0) - expected)).toBeLessThan(2_000);
  });
});

describe('the failure that it stands for', () => {
  const failure = (status: number, body: unknown, writes = true) =>
    failureOf(readProblem({ status, body }), { writes });

  it.each([
    [400, { detail: 'bad' }, 'RequestRefused'],
    [400, { error_code: 'ERR-04-001', message: 'balance' }, 'PhalaQuotaExceeded'],
    [401, { detail: 'no' }, 'PhalaUnauthorized'],
    [402, {}, 'PhalaQuotaExceeded'],
    [403, { detail: 'no' }, 'PhalaForbidden'],
    [404, { detail: 'gone' }, 'CvmNotFound'],
    [409, { detail: 'Another operation in progress' }, 'CvmBusy'],
    [400, { error_code: 'ERR-01-001', message: 'no such node' }, 'NodeNotFound'],
    [400, { error_code: 'ERR-02-003', message: 'no vCPU left' }, 'ResourcesInsufficient'],
    [400, { error_code: 'ERR-03-009', message: 'which configuration?' }, 'ComposeHashAmbiguous'],
    [409, { error_code: 'ERR-01-004', message: 'name exists' }, 'CvmNameTaken'],
    [409, { error_code: 'ERR-03-007', message: 'app id in use' }, 'AppIdTaken'],
    [409, { error_code: 'ERR-99-001', message: 'a code of tomorrow' }, 'RequestRefused'],
    [422, { detail: [] }, 'RequestRefused'],
    [429, {}, 'PhalaRateLimited'],
    [465, structured, 'RegistrationRequired'],
    [466, {}, 'PreparationExpired'],
    [467, {}, 'TransactionNotVerified'],
    [468, {}, 'ComposeHashNotAllowed'],
    [500, {}, 'PhalaUnavailable'],
    [503, {}, 'PhalaUnavailable'],
  ])('%i %j is %s', (status, body, type) => {
    expect(failure(status, body).type).toBe(type);
  });

  it.each([['constructor'], ['__proto__'], ['toString']])('goes by the status where the code is %s', (error_code) => {
    expect(failure(503, { error_code, message: 'no' }).type).toBe('PhalaUnavailable');
  });

  it('repeats a secret neither in its message nor in its details', () => {
    const body = { error_code: 's3cret', message: 's3cret', request_id: 's3cret' };
    const { message, details } = failureOf(readProblem({ status: 400, body }), { writes: true, secrets: ['s3cret'] });
    expect(message + JSON.stringify(details)).not.toContain('s3cret');
  });

  it('leaves the effect of a write open where the server broke, and only there', () => {
    expect(failure(500, {}).details.effect).toBe('unknown');
    expect(failure(500, {}, false).details.effect).toBe('none');
    expect(failure(422, {}).details.effect).toBe('none');
    expect(failure(466, {}).details.effect).toBe('none');
  });

  it('repeats no secret, whether it was sent or stands behind token=', () => {
    const message = 'invalid s3cret at https://x/commit?token=prep_abc&x=1 and "token": "prep_def"';
    const text = failureOf(readProblem({ status: 400, body: { detail: message } }), {
      writes: true,
      secrets: ['s3cret'],
    });
    for (const secret of ['s3cret', 'prep_abc', 'prep_def']) expect(text.message).not.toContain(secret);
    expect(text.message).toContain('[redacted]');
  });
});
