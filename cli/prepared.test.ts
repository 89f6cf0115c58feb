import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parsePrepared, readPrepared } from './prepared.js';
import { UsageError } from './usageError.js';

const input = (content: string, isTTY = false): NodeJS.ReadStream =>
  Object.assign(new PassThrough().end(content), { isTTY }) as unknown as NodeJS.ReadStream;

describe('a commit token', () => {
  it('is read from the environment before standard input is looked at', async () => {
    expect(await readPrepared({ COUNTERSIGN_COMMIT_TOKEN: ' t-1\n' }, input('', true))).toEqual({ token: 't-1' });
  });

  it('is read from standard input, alone or out of what phala prints', async () => {
    expect(await readPrepared({}, input('t-2\n'))).toEqual({ token: 't-2' });
    const printed = { success: true, commit_token: 't-3', compose_hash: '0xab', app_id: 'cd', device_id: 'ef' };
    expect(await readPrepared({ COUNTERSIGN_COMMIT_TOKEN: '' }, input(JSON.stringify(printed, null, 2)))).toEqual({
      ...{ token: 't-3', composeHash: '0xab', appId: 'cd', deviceId: 'ef' },
    });
  });

  it('is asked for where a terminal would have to be waited for', async () => {
    await expect(readPrepared({}, input('', true))).rejects.toThrow('COUNTERSIGN_COMMIT_TOKEN');
  });

  it.each([
    ['nothing', ' \n'],
    ['two words', 'hunter2 hunter3'],
    ['JSON without a token', '{"hunter2": 1}'],
    ['an empty token', '{"commit_token": "", "hunter2": 1}'],
    ['broken JSON', '{"commit_token": "hunter2"'],
  ])('is refused without being repeated: %s', (_case, given) => {
    const parse = () => parsePrepared(given);
    expect(parse).toThrow(UsageError);
    expect(parse).not.toThrow(/hunter/);
  });
});
