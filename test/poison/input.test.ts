import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { encryptEnv } from '../../client/encryptEnv.js';
import { InvalidInputError } from '../../client/errors.js';
import { sealEnv } from '../../client/sealEnv.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import { useRig } from '../rig/rig.js';
import { runCli } from '../rig/runCli.js';

const rig = useRig();
const [kibibyte, mebibyte] = [1024, 1024 * 1024];
const cvmId = '01234567-89ab-cdef-0123-456789abcdef';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-poison-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the client says to a request; nothing is sent. */
const refusal = (request: unknown): Promise<string> =>
  rig.countersign.updateCvm(request as UpdateRequestInput).then(
    () => 'accepted',
    (error: Error) => {
      expect(error).toBeInstanceOf(InvalidInputError);
      return error.message;
    },
  );
const asked = (update: object, more: object = {}) => ({ cvmId, update, requestedBy: 'test', ...more });

describe('a compose file that is too long', () => {
  it.each([200 * kibibyte + 1, 2 * mebibyte - 1, 2 * mebibyte, 2 * mebibyte + 1])(
    'is refused by the client, which names the field, and by the command line with exit code 2 (%i bytes)',
    async (size) => {
      const text = `services: {} #${'x'.repeat(size - 14)}`;
      expect(Buffer.byteLength(text)).toBe(size);
      expect(await refusal(asked({ dockerComposeFile: text }))).toContain(
        'update.dockerComposeFile: must not be longer',
      );
      const file = join(folder, `${size}.yml`);
      await writeFile(file, text);
      const environment = { TEMPORAL_ADDRESS: inject('temporalAddress') };
      const { code, stdout, stderr } = await runCli(['update', cvmId, '-c', file, '--json'], { environment });
      expect(code, stderr).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        error: { effect: 'none', message: expect.stringMatching(/dockerComposeFile|\d+\.yml is larger than 1 MiB/) },
      });
    },
  );

  it('is taken up to the last byte, and arrives whole', async () => {
    const cvm = await rig.addCvm('none');
    // Each of these takes two bytes on the way, and four in a JSON text.
    const dockerComposeFile = `services: {} #${'"é'.repeat((200 * kibibyte - 14) / 3)}`;
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update: { dockerComposeFile } }));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.appCompose.docker_compose_file).toBe(dockerComposeFile);
  });
});

describe('a request that is larger than can be carried', () => {
  it('is refused by the client, which names its largest field', async () => {
    const encryptedEnv = 'ab'.repeat(mebibyte);
    expect(await refusal(asked({ encryptedEnv, vcpu: 2 }))).toContain('update.encryptedEnv: the request must not be');
    expect(await refusal(asked({ userConfig: 'x'.repeat(2 * mebibyte) }))).toContain('update.userConfig');
  });
});

describe('text that is no Unicode', () => {
  it('is refused as a file with exit code 2', async () => {
    const file = join(folder, 'broken.yml');
    await writeFile(file, Buffer.from([0x73, 0xff, 0xfe, 0x0a]));
    const environment = { TEMPORAL_ADDRESS: inject('temporalAddress') };
    const { code, stderr } = await runCli(['update', cvmId, '-c', file], { environment });
    expect(code).toBe(2);
    expect(stderr).toContain('broken.yml is not UTF-8');
  });

  it.each([
    ['update.dockerComposeFile', { update: { dockerComposeFile: 'a\ud800b' } }],
    ['update.preLaunchScript', { update: { preLaunchScript: '\udc00' } }],
    ['update.userConfig', { update: { userConfig: '\udc00' } }],
    ['update.image', { update: { image: '\udc00' } }],
    ['update.gpus.gpus.0.slot', { update: { gpus: { gpus: [{ slot: '\udc00' }] } } }],
    ['requestedBy', { requestedBy: 'al\ud800ice' }],
    ['reason', { reason: '\ud800' }],
    ['idempotencyKey', { idempotencyKey: '\ud800' }],
  ])('is refused in each field of a request: %s', async (field, fields) => {
    expect(await refusal(asked({ vcpu: 2 }, fields))).toContain(`${field}: must be valid Unicode`);
  });

  it('is refused in a message', async () => {
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
    for (const message of [{ by: '\ud800' }, { by: 'alice', reason: '\udc00' }]) {
      await expect(change.send('cancel', message)).rejects.toThrow('must be valid Unicode');
    }
    await change.send('cancel', { by: '😀 alice', reason: 'ü€😀' });
    expect((await change.result()).summary).toBe('Cancelled by 😀 alice: ü€😀');
  });
});

describe('an environment', () => {
  const variables = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`VARIABLE_${index}`, `value ${index}`]));

  it('of ten thousand variables reaches the VM', async () => {
    const cvm = await rig.addCvm('safe');
    const many = variables(10_000);
    const { envEncryptionKey } = await rig.countersign.inspectCvm(cvm.vmUuid);
    const encryptedEnv = await encryptEnv(many, envEncryptionKey ?? '');
    const update = { encryptedEnv, allowedEnvs: Object.keys(many) };
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update }));
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
    expect(cvm.environment).toEqual(many);
  });

  it('of one more is refused by the client', async () => {
    expect(await refusal(asked({ allowedEnvs: Object.keys(variables(10_001)) }))).toContain('update.allowedEnvs');
  });

  it('with the name of something that every object has reaches the VM, and one with __proto__ is refused', async () => {
    const cvm = await rig.addCvm('none');
    const inherited = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' } as unknown as Record<string, string>;
    const { envEncryptionKey } = await rig.countersign.inspectCvm(cvm.vmUuid);
    const encryptedEnv = await encryptEnv(inherited, envEncryptionKey ?? '');
    const update = { encryptedEnv, allowedEnvs: Object.keys(inherited) };
    await (await rig.countersign.updateCvm(rig.request(cvm, { update }))).result();
    expect(Object.entries(cvm.environment).toSorted()).toEqual(Object.entries(inherited).toSorted());

    const polluting = JSON.parse('{"__proto__": "a", "OTHER": "b"}') as Record<string, string>;
    expect(await refusal(asked({ allowedEnvs: Object.keys(polluting) }))).toContain('must not be __proto__');
    const env = await sealEnv(polluting, await rig.countersign.sealingKey(), 'some-name');
    const provision = rig.countersign.provisionCvm({
      name: 'some-name',
      compose: { dockerComposeFile: 'services: {}\n' },
      env,
      requestedBy: 'test',
    });
    await expect(provision).rejects.toThrow('env.names.0: must not be __proto__');
  });
});

describe('a request with fields that every object has', () => {
  const json = JSON.stringify(asked({ vcpu: 2 }));
  it.each([
    ['__proto__', json.replace('{', '{"__proto__": {"registrar": "ownerKey"}, ')],
    ['constructor', json.replace('{', '{"constructor": {"prototype": {"paused": true}}, ')],
    ['__proto__ inside', json.replace('"update":{', '"update":{"__proto__": {"memory": 1}, ')],
  ])('is refused, or they count for nothing: %s', async (_where, text) => {
    const cvm = await rig.addCvm('none');
    const request = JSON.parse(text.replace(cvmId, cvm.vmUuid)) as UpdateRequestInput;
    const change = await rig.countersign.updateCvm(request).catch((error: unknown) => error);
    if (!(change instanceof InvalidInputError)) {
      const { policy, registrar, paused } = (await (change as { status(): Promise<object> }).status()) as never;
      expect([registrar, paused, (policy as { finality: string }).finality]).toEqual([undefined, false, 'safe']);
    }
    expect(({} as { registrar?: string; paused?: boolean; memory?: number }).registrar).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
