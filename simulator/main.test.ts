import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { startLocalChain } from './testing/localChain.js';

/** As built by `npm test`, because Node runs no TypeScript. */
const MAIN = fileURLToPath(new URL('../dist/simulator/main.js', import.meta.url));

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
  }
});

function start(...options: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

/** What a process prints until it ends, and what it ends with. */
async function ended(child: ChildProcess): Promise<{ code: number; out: string; error: string }> {
  const exited = once(child, 'exit');
  if (child.stdout === null || child.stderr === null) {
    throw new Error('The pipes are there, see spawn.');
  }
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: z.number().parse((await exited)[0]), out, error };
}

const aboutSchema = z.object({ url: z.url(), apiKey: z.string(), control: z.url(), chainIds: z.array(z.number()) });

/** The line that --json prints. */
async function ready(child: ChildProcess): Promise<z.infer<typeof aboutSchema>> {
  const [line] = child.stdout === null ? [] : await once(child.stdout, 'data');
  return aboutSchema.parse(JSON.parse(String(line)));
}

test('it runs by itself, takes CVMs over its controls, and stops when asked', async () => {
  const child = start('--json', '--api-key', 'phak_mine', '--operation-seconds', '0.1');
  const about = await ready(child);
  expect(about).toMatchObject({ apiKey: 'phak_mine', chainIds: [] });
  const definition = { name: 'app', dockerComposeFile: 'services: {}', kms: { kind: 'phala' } };
  const added = await fetch(`${about.control}/cvms`, { method: 'POST', body: JSON.stringify(definition) });
  expect(added.status).toBe(201);
  const listed = await fetch(`${about.url}/cvms/paginated`, { headers: { 'x-api-key': 'phak_mine' } });
  expect(await listed.json()).toMatchObject({ items: [{ name: 'app', status: 'running' }], total: 1 });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a chain without an id is asked for it', async () => {
  const chain = await startLocalChain(31_338);
  const contract = `0x${'ab'.repeat(20)}`;
  const child = start(
    '--json',
    '--rpc-url',
    chain.url,
    '--rpc-url',
    `1=${chain.url}`,
    '--kms-contract',
    `1=${contract}`,
  );
  const { url, apiKey, chainIds } = await ready(child);
  expect(chainIds).toEqual([1, 31_338]);
  const kms = await fetch(`${url}/kms?is_onchain=true`, { headers: { 'x-api-key': apiKey } });
  expect(await kms.json()).toMatchObject({ items: [{ chain_id: 1, kms_contract_address: contract }] });
  await chain.stop();
});

test('for people it prints what to export', async () => {
  const child = start('--api-key', 'phak_mine');
  const [printed] = child.stdout === null ? [] : await once(child.stdout, 'data');
  expect(String(printed)).toMatch(/export PHALA_CLOUD_API_PREFIX=http:\/\/127\.0\.0\.1:\d+\/api\/v1\n/);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('what goes wrong is told by the exit code', async () => {
  const wrong = [
    ['--port', 'x'],
    ['--rpc-url', 'nonsense'],
    ['--kms-contract', '1=0x12'],
    ['--unknown'],
    // Port 9 is "discard": nothing listens there.
    ['--rpc-url', 'http://127.0.0.1:9/secret'],
    ['--host', '192.0.2.1'],
    ['--help'],
  ];
  const results = await Promise.all(wrong.map((options) => ended(start(...options))));
  expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2, 3, 1, 0]);
  expect(results[4]?.error).toBe('http://127.0.0.1:9 does not tell its chain id.\n');
  expect(results.at(-1)?.out).toContain('Examples:');
});
