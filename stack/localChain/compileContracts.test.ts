import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileContracts } from './compileContracts.js';

let folder: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-contracts-'));
  cache = join(folder, 'made', 'cache');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('the second compilation is read from the cache and is the same', async () => {
  const first = await compileContracts(cache);
  expect(first.DstackApp.bytecode).toMatch(/^0x60[0-9a-f]{1000,}$/);
  const [name = ''] = await readdir(cache);
  const { ino } = await stat(join(cache, name));
  const second = await compileContracts(cache);
  expect(second).toEqual(first);
  expect(await readdir(cache)).toEqual([name]);
  // What is compiled anew is written anew, to another file of that name.
  expect((await stat(join(cache, name))).ino).toBe(ino);
});

test('compilations at once are one, and leave one file', async () => {
  const all = await Promise.all([compileContracts(cache), compileContracts(cache), compileContracts(cache)]);
  expect(all[1]).toBe(all[0]);
  expect(all[2]).toBe(all[0]);
  expect(await readdir(cache)).toHaveLength(1);
});

test('a damaged cache is compiled anew', async () => {
  const first = await compileContracts(cache);
  const [name = ''] = await readdir(cache);
  const file = join(cache, name);
  const content = await readFile(file, 'utf8');
  await writeFile(file, content.slice(0, content.length / 2));
  expect(await compileContracts(cache)).toEqual(first);
  expect(await readFile(file, 'utf8')).toBe(content);
});

test('without a cache to write to it compiles all the same', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect((await compileContracts(join(file, 'cache'))).DstackApp.abi.length).toBeGreaterThan(10);
});
