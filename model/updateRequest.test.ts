import { describe, expect, it } from 'vitest';
import { touchesComposeHash } from './cvmUpdate.js';
import { Failure } from './failure.js';
import { readRequest } from './readRequest.js';

const now = Date.parse('2026-11-21T00:00:00Z');
const cvmId = '01234567-89ab-cdef-0123-456789abcdef';
const ciphertext = 'ab'.repeat(60);
const request = { cvmId, update: { dockerComposeFile: 'services: {}' }, requestedBy: 'alice' };

/** Every field of the seed's UpdateCvmRequest. */
const everyField = {
  dockerComposeFile: 'services: {}',
  preLaunchScript: '',
  allowedEnvs: ['A', 'B_2'],
  publicLogs: true,
  publicSysinfo: false,
  publicTcbinfo: true,
  encryptedEnv: `0x${ciphertext}`,
  userConfig: '{}',
  gpus: { gpus: [{ slot: '0000:01:00.0', productId: null }], attachMode: 'all' },
  vcpu: 2,
  memory: 4096,
  diskSize: 40,
  image: 'dstack-0.5.4',
  shutdownTimeout: null,
  allowForceStop: true,
};

function refusal(input: unknown): string {
  try {
    readRequest('update', input, now);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return (error as Failure).message;
  }
  throw new Error(`expected a refusal of ${JSON.stringify(input)}`);
}

describe('a request for an update', () => {
  it('takes every field of the API, and null wherever the API takes it', () => {
    expect(readRequest('update', { ...request, update: everyField }, now).update).toEqual({
      ...everyField,
      encryptedEnv: ciphertext,
    });
    const { allowForceStop: _, ...nullable } = everyField;
    const nulls = Object.fromEntries(Object.keys(nullable).map((field) => [field, null]));
    expect(readRequest('update', { ...request, update: nulls }, now).update).toEqual(nulls);
    expect(refusal({ ...request, update: { allowForceStop: null } })).toContain('update.allowForceStop');
  });

  it('gets its defaults', () => {
    expect(readRequest('update', request, now)).toMatchObject({
      registrar: 'auto',
      policy: { finality: 'safe', onBaseChanged: 'hold', onHashMismatch: 'show' },
    });
  });

  it.each([
    ['cvmId', { cvmId: 'my-app' }],
    ['requestedBy', { requestedBy: ' ' }],
    ['requestedBy', { requestedBy: 'two\nlines' }],
    ['update', { update: {} }],
    ['update.memory', { update: { memory: '4096' } }],
    ['update.vcpu', { update: { vcpu: 0 } }],
    ['update.shutdownTimeout', { update: { shutdownTimeout: 9 } }],
    ['update.shutdownTimeout', { update: { shutdownTimeout: 1201 } }],
    ['update.allowedEnvs.1', { update: { allowedEnvs: ['A', 'not a name'] } }],
    ['update.allowedEnvs', { update: { allowedEnvs: ['A', 'A'] } }],
    ['update.encryptedEnv', { update: { encryptedEnv: 'abcd' } }],
    ['update.encryptedEnv', { update: { encryptedEnv: 'A=plaintext' } }],
    ['update.dockerComposeFile', { update: { dockerComposeFile: 'broken \ud800 text' } }],
    ['policy.finality', { policy: { finality: 'soon' } }],
    ['policy.deadline', { policy: { deadline: '2026-12-01T12:00:00' } }],
    ['policy.deadline', { policy: { deadline: '2026-11-20T12:00:00Z' } }],
    ['policy.deadline', { policy: { deadline: '2028-01-01T12:00:00Z' } }],
    ['registrar', { registrar: 'nobody' }],
    ['"colour"', { colour: 'red' }],
  ])('is refused with the field named: %s', (field, change) => {
    expect(refusal({ ...request, ...change })).toContain(field);
  });

  it('takes compose file and script of 200 KiB together, and not a byte more', () => {
    const half = 'é'.repeat(50 * 1024);
    const update = { dockerComposeFile: half, preLaunchScript: half };
    expect(readRequest('update', { ...request, update }, now).update).toEqual(update);
    expect(refusal({ ...request, update: { ...update, preLaunchScript: `${half}x` } })).toContain('200 KiB');
  });

  it('is refused without a word of what stood in it', () => {
    const secret = 'hunter2-do-not-print';
    const message = refusal({ ...request, update: { encryptedEnv: secret, memory: secret, vcpu: secret } });
    expect(message).not.toContain(secret);
  });

  it('names five fields at the most', () => {
    const update = { vcpu: 0, memory: 0, diskSize: 0, image: '', shutdownTimeout: 1, publicLogs: 'yes' };
    expect(refusal({ ...request, update })).toMatch(/and 1 more$/);
  });
});

describe('an update', () => {
  it('touches the compose hash only by what goes into the app-compose document', () => {
    const touching = [
      'dockerComposeFile',
      'preLaunchScript',
      'allowedEnvs',
      'publicLogs',
      'publicSysinfo',
      'publicTcbinfo',
    ];
    for (const [field, value] of Object.entries(everyField)) {
      const { update } = readRequest('update', { ...request, update: { [field]: value } }, now);
      expect(touchesComposeHash(update), field).toBe(touching.includes(field));
    }
  });
});
