import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from '../process/freePorts.js';
import { eventually, listMarked } from '../process/testing/processTable.js';
import { downloadTemporalCli } from './downloadTemporalCli.js';
import { resolveTemporalCli } from './resolveTemporalCli.js';
import { runToEnd } from './runToEnd.js';
import { cachedTemporalCliPath, cacheFolder, readServerVersion } from './temporalCli.js';

let folder: string;
let bin: string;
let env: NodeJS.ProcessEnv;
let messages: string[];

const usable = `#!/bin/sh\necho 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'\n`;
const broken = '#!/bin/sh\necho "error while loading shared libraries" >&2\nexit 127\n';

/** A `go` that does as `go install` does: writes the binary for a while, then is done. */
const fakeGo = `#!/bin/sh
echo "$@" >>"$GO_CALLS"
printf '#!/bin/sh\\n' >"$GOBIN/temporal"; chmod +x "$GOBIN/temporal"; sleep "\${GO_SECONDS:-0}"
echo "echo 'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)'" >>"$GOBIN/temporal"
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
  bin = join(folder, 'bin');
  await mkdir(bin);
  messages = [];
  const [closed = 0] = await freePorts(1);
  env = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    GO_CALLS: join(folder, 'calls'),
    // Nothing listens there: no machine gets further than the probe, whether it has internet or not.
    HTTPS_PROXY: `http://127.0.0.1:${closed}`,
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const resolve = () => resolveTemporalCli({ env, progress: (message) => messages.push(message) });

async function put(path: string, content: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o755 });
  return path;
}

test('the way named first wins: TEMPORAL_CLI_PATH, PATH, cache', async () => {
  const cached = await put(cachedTemporalCliPath(env), usable);
  expect(await resolve()).toEqual({ path: cached, source: 'cache', serverVersion: '1.29.1' });
  const onPath = await put(join(bin, 'temporal'), usable);
  expect(await resolve()).toMatchObject({ path: onPath, source: 'PATH' });
  env['TEMPORAL_CLI_PATH'] = await put(join(folder, 'mine'), usable);
  expect(await resolve()).toMatchObject({ path: env['TEMPORAL_CLI_PATH'], source: 'TEMPORAL_CLI_PATH' });
  expect(messages).toEqual([]);
});

test('files that cannot be used are reported and passed over', async () => {
  env['TEMPORAL_CLI_PATH'] = join(folder, 'missing');
  await put(join(bin, 'temporal'), broken);
  const other = await put(join(folder, 'other', 'temporal'), '#!/bin/sh\necho tctl version 1.18\n');
  env['PATH'] = `${env['PATH']}:${dirname(other)}`;
  const cached = await put(cachedTemporalCliPath(env), usable);
  expect(await resolve()).toMatchObject({ path: cached, source: 'cache' });
  expect(messages).toHaveLength(3);
  expect(messages[0]).toMatch(/TEMPORAL_CLI_PATH: .*missing cannot be run: .*ENOENT/);
  expect(messages[1]).toContain('error while loading shared libraries');
  expect(messages[2]).toContain('is not a Temporal CLI with a server: --version printed "tctl version 1.18');
});

test('with nothing there and no internet it is built by Go into the cache', async () => {
  await put(join(bin, 'go'), fakeGo);
  const path = cachedTemporalCliPath(env);
  expect(await resolve()).toEqual({ path, source: 'go install', serverVersion: '1.29.1' });
  // Known at once, not when the time for an answer is over.
  expect(messages[0]).toMatch(
    /No Temporal CLI by download: 127\.0\.0\.1:\d+ is not reachable from here \(connect ECONNREFUSED/,
  );
  expect(messages[1]).toMatch(/Building the Temporal CLI .* 2 to 5 minutes/);
  expect(await readFile(join(folder, 'calls'), 'utf8')).toBe('install github.com/temporalio/cli/cmd/temporal@v1.5.1\n');
  expect(await readdir(cacheFolder(env))).toEqual(['temporal-cli-1.5.1']);
  expect(await resolve()).toMatchObject({ path, source: 'cache' });
});

test('a download that breaks off is reported with its reason and leaves nothing', async () => {
  const refusing = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')).on('error', () => {});
  });
  await new Promise<void>((started) => {
    refusing.listen(0, '127.0.0.1', started);
  });
  const { port } = refusing.address() as AddressInfo;
  env['HTTPS_PROXY'] = `http://127.0.0.1:${port}`;
  const attempt = downloadTemporalCli((message) => messages.push(message), env);
  await expect(attempt).rejects.toThrow(
    /download of the Temporal CLI v1\.5\.1 ended with code 1\n.*temporal\.download/,
  );
  refusing.close();
  expect(messages[0]).toBe('Downloading the Temporal CLI v1.5.1 from temporal.download');
  expect(await readdir(cacheFolder(env))).toEqual([]);
});

test('two that build at once do not break each other', async () => {
  await put(join(bin, 'go'), fakeGo);
  env['GO_SECONDS'] = '0.3';
  const path = cachedTemporalCliPath(env);
  const both = await Promise.all([resolve(), resolve()]);
  expect(both.map((cli) => [cli.path, cli.source])).toEqual([
    [path, 'go install'],
    [path, 'go install'],
  ]);
  expect(await readServerVersion(path, env)).toBe('1.29.1');
  expect(await readdir(cacheFolder(env))).toEqual(['temporal-cli-1.5.1']);
});

test('a build that breaks off leaves no half binary, no process, and its reason', async () => {
  await put(join(bin, 'go'), `${fakeGo}\necho 'cannot find module' >&2\nexit 1\n`);
  await expect(resolve()).rejects.toThrow('cannot find module');
  expect(await readdir(cacheFolder(env))).toEqual([]);

  const hanging = runToEnd('sh', ['-c', 'sleep 3600; :', folder], { name: 'hanging', limitMs: 300 });
  await expect(hanging).rejects.toThrow('hanging was stopped after 0.3 s');
  await eventually(
    () => listMarked(folder),
    (left) => left.length === 0,
  );
});

test('what a killed build left behind is removed the next day, not earlier', async () => {
  await put(join(bin, 'go'), fakeGo);
  const yesterday = join(cacheFolder(env), 'staging-yesterday');
  await put(join(yesterday, 'temporal'), 'half');
  await put(join(cacheFolder(env), 'staging-running', 'temporal'), 'half');
  const dayAgo = Date.now() / 1000 - 25 * 3600;
  await utimes(yesterday, dayAgo, dayAgo);
  await resolve();
  expect((await readdir(cacheFolder(env))).sort()).toEqual(['staging-running', 'temporal-cli-1.5.1']);
});

test('with no way left the error names the three ways out and what was tried', async () => {
  env['PATH'] = bin;
  env['TEMPORAL_CLI_PATH'] = join(folder, 'missing');
  const error = await resolve().catch((thrown: unknown) => thrown);
  const message = error instanceof Error ? error.message : '';
  expect(message).toContain('TEMPORAL_ADDRESS');
  expect(message).toContain('TEMPORAL_CLI_PATH');
  expect(message).toContain('with Go on the PATH');
  expect(message).toMatch(/- TEMPORAL_CLI_PATH: .*ENOENT/);
  expect(message).toContain('- download: ');
  expect(message).toContain('- go install: there is no `go` on the PATH');
});
