import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../model/environment.js';
import { readKeyFile } from './keyFile.js';

const privateKey = `0x${'ab'.repeat(32)}`;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-key-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileWith(text: string, mode = 0o600): Promise<string> {
  const file = join(folder, `${Math.random()}`);
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

describe('the file of a key', () => {
  it.each([
    [privateKey, 0o600, false],
    [`\n  ${privateKey} \r\n`, 0o640, false],
    [`${privateKey}\n`, 0o644, true],
  ])('gives the key without the white space around it, and tells who may read it', async (text, mode, open) => {
    const file = await fileWith(text, mode);
    expect(await readKeyFile(file, 'SOME_VARIABLE')).toEqual({ key: { privateKey }, open });
  });

  it.each([['hunter2'], [''], [privateKey.slice(2)], [`${privateKey}\n${privateKey}`]])(
    'is refused with the variable named and nothing of it repeated: %#',
    async (text) => {
      const error: unknown = await readKeyFile(await fileWith(text), 'SOME_VARIABLE').catch(
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).toContain('SOME_VARIABLE: the file must hold 0x and 64 hex digits');
      expect(String(error)).not.toContain('hunter2');
      expect(String(error)).not.toContain('abab');
    },
  );

  it('that is not there is named by its variable', async () => {
    const error: unknown = await readKeyFile(join(folder, 'none'), 'SOME_VARIABLE').catch((caught: unknown) => caught);
    expect(String(error)).toContain('SOME_VARIABLE: the file cannot be read (ENOENT)');
  });
});
