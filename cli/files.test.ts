import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvFile, readTextFile } from './files.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, Math.random().toString(36).slice(2));
  await writeFile(path, content);
  return path;
}

describe('a file of environment variables', () => {
  it('is read with quotes, comments and export', async () => {
    const path = await file('# comment\nA=1\nexport B="two words"\nC=\'x # y\'\n\nEMPTY=\n');
    expect(await readEnvFile(path)).toEqual({ A: '1', B: 'two words', C: 'x # y', EMPTY: '' });
  });

  it.each([
    ['a line that is no variable', 'NOT A LINE\nA=1\n', 'is not the name of a variable'],
    ['a name that starts with a digit', '1A=1\n', 'is not the name of a variable'],
    ['a prototype key', 'A=1\n__proto__=polluted\n', '__proto__'],
    ['nothing in it', '# nothing\n', 'no variable'],
  ])('is refused with %s', async (_case, content, reason) => {
    await expect(readEnvFile(await file(content))).rejects.toThrow(reason);
  });

  it('is refused without a word of its values', async () => {
    const message = await readEnvFile(await file('bad name=hunter2\n')).catch((error: Error) => error.message);
    expect(message).not.toContain('hunter2');
  });
});

describe('a text file', () => {
  it('is refused where it is missing, binary, or far too large', async () => {
    await expect(readTextFile(join(folder, 'missing'))).rejects.toThrow('no such file');
    await expect(readTextFile(await file(Uint8Array.of(0x61, 0xff, 0xfe)))).rejects.toThrow('not UTF-8');
    await expect(readTextFile(await file(new Uint8Array(1024 * 1024 + 1).fill(97)))).rejects.toThrow('1 MiB');
  });
});
