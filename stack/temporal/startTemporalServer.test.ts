import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../process/freePorts.js';
import { listProcesses } from '../process/testing/processTable.js';
import { resolveTemporalCli } from './resolveTemporalCli.js';
import { startTemporalServer, type TemporalServer, type TemporalServerOptions } from './startTemporalServer.js';
import type { TemporalCli } from './temporalCli.js';

const namespace = 'countersign-test';
let cli: TemporalCli;
let folder: string;
const servers: TemporalServer[] = [];
const connections: Connection[] = [];

beforeAll(async () => {
  cli = await resolveTemporalCli({ progress: () => {}, env: process.env });
  folder = await mkdtemp(join(tmpdir(), 'countersign-temporal-'));
}, 600_000);

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop(0)));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(options: Partial<TemporalServerOptions> = {}): Promise<TemporalServer> {
  const defaults = { cli, namespace, headless: true, progress: () => {} };
  const server = await startTemporalServer({ ...defaults, ...options });
  servers.push(server);
  return server;
}

async function clientOf(server: TemporalServer): Promise<Client> {
  const connection = await Connection.connect({ address: server.address });
  connections.push(connection);
  return new Client({ connection, namespace: server.namespace });
}

/** Starts a workflow that no worker runs: a fact that the server has to keep. */
function startWorkflow(client: Client) {
  const workflowId = randomUUID();
  return client.workflow.start('waitForever', { taskQueue: 'none', workflowId });
}

test('a started server accepts workflows at once', async () => {
  const handle = await startWorkflow(await clientOf(await start()));
  expect((await handle.describe()).status.name).toBe('RUNNING');
});

test('a server that is SIGKILLed and started again on its file and port has its workflows', async () => {
  const dbFilename = join(folder, 'made', 'killed.db');
  const [port = 0] = await freePorts(1);
  const first = await start({ dbFilename, port });
  const client = await clientOf(first);
  const { workflowId } = await startWorkflow(client);

  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await start({ dbFilename, port });
  expect(second.address).toBe(first.address);

  // The client of before goes on: it reconnects by itself.
  const { status } = await client.workflow.getHandle(workflowId).describe();
  expect(status.name).toBe('RUNNING');
  expect((await startWorkflow(client)).workflowId).toBeDefined();
});

test('the Web UI answers unless the server is headless, and the log file has its lines', async () => {
  const logFile = join(folder, 'logs', 'temporal.log');
  const server = await start({ headless: false, logFile });
  if (server.uiUrl === undefined) throw new Error('no Web UI');
  const response = await fetch(server.uiUrl);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<html');
  await server.stop();
  expect(await readFile(logFile, 'utf8')).toContain(server.address.split(':')[1]);
  expect((await start()).uiUrl).toBeUndefined();
});

test('stop leaves no process behind', async () => {
  const server = await start();
  await server.stop();
  const left = (await listProcesses()).filter(({ pid, group }) => pid === server.pid || group === server.pid);
  expect(left).toEqual([]);
  await expect(Connection.connect({ address: server.address, connectTimeout: 300 })).rejects.toThrow();
});

test('a port that is given up meanwhile is waited for', async () => {
  const [port = 0] = await freePorts(1);
  const occupant = createServer();
  await new Promise<void>((resolve) => {
    occupant.listen(port, '127.0.0.1', resolve);
  });
  const messages: string[] = [];
  const progress = (message: string) => {
    messages.push(message);
    occupant.close();
  };
  const server = await start({ port, progress });
  expect(server.address).toBe(`127.0.0.1:${port}`);
  expect(messages[0]).toContain('address already in use');
});

test('a port that stays taken is an error that says so, never a stranger taken for the server', async () => {
  const other = await start();
  const port = Number(other.address.split(':')[1]);
  await expect(start({ port })).rejects.toThrow(/The Temporal server did not start: .*address already in use/);
  await (await clientOf(other)).connection.ensureConnected();
});

test('a command that is no server is an error with its last lines', async () => {
  await expect(start({ cli: { path: '/bin/echo' } })).rejects.toThrow(
    /ended with code 0 instead of starting\.\nserver/,
  );
});
