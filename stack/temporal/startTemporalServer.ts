import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../process/freePorts.js';
import { type LeashedProcess, type ProcessExit, spawnLeashed } from '../process/spawnLeashed.js';
import { serverArguments } from './serverArguments.js';
import { followOutput, type ServerOutput } from './serverOutput.js';
import { untilServing } from './serverReadiness.js';
import type { TemporalCli } from './temporalCli.js';

/** Settings of {@link startTemporalServer}. */
export interface TemporalServerOptions {
  /** What `resolveTemporalCli` found. */
  readonly cli: Pick<TemporalCli, 'path'>;
  /** Where everything is kept; in memory, and gone with the process, without it. The folder is made when missing. */
  readonly dbFilename?: string;
  /** The frontend's port on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** The Web UI's port on 127.0.0.1; a free one by default. */
  readonly uiPort?: number;
  /** Without the Web UI: starts with less memory and one port less. */
  readonly headless?: boolean;
  /** Default true; false: with the settings that the server comes with, for a comparison. */
  readonly tuned?: boolean;
  /** Created when it is not there. */
  readonly namespace: string;
  /** Told about attempts that are repeated. */
  readonly progress: (message: string) => void;
  /** The server's output is appended here; dropped without it, but for the last lines in errors. */
  readonly logFile?: string;
}

/** A development server that runs. */
export interface TemporalServer {
  /** host:port of the frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Absent when headless. */
  readonly uiUrl?: string;
  readonly pid: number;
  /** Resolves when the server's process has ended, whoever ended it. */
  readonly exited: Promise<ProcessExit>;
  /** TERM, then KILL after `graceMs` (5 s by default; a quiet server takes about one). 0 kills at once. */
  stop(graceMs?: number): Promise<void>;
}

/** A server is up in about a second; a machine under load may take many times that. */
const startLimitMs = 60_000;

/**
 * How long to try again when a port is taken: by somebody who was quicker, or by the server of a parent that has just
 * been killed, which its leash gives five seconds to end.
 */
const portPatienceMs = 6_000;

/**
 * Starts Temporal's development server and waits until it answers and has the namespace. Search attributes are the
 * worker's to register. It ends with this process, however this process ends. Killed and started again on the same file it goes on where it
 * was; on the same port, its clients reconnect by themselves.
 *
 * @throws Error with the server's last lines when it does not start within 60 s, or a chosen port stays taken
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const started = Date.now();
  if (options.dbFilename !== undefined) mkdirSync(dirname(options.dbFilename), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, await choosePorts(options));
    } catch (error) {
      if (!(error instanceof AddressInUse) || Date.now() - started > portPatienceMs) throw error;
      if (attempt === 1) options.progress(`Starting the Temporal server again: ${error.reason}`);
      await delay(250);
    }
  }
}

interface Ports {
  readonly port: number;
  readonly uiPort: number | undefined;
}

async function choosePorts({ port, uiPort, headless }: TemporalServerOptions): Promise<Ports> {
  const [freePort = 0, freeUiPort] = await freePorts(2);
  return { port: port ?? freePort, uiPort: headless === true ? undefined : (uiPort ?? freeUiPort) };
}

/** The server gave up because something else listens on one of its ports. */
class AddressInUse extends Error {
  constructor(
    readonly reason: string,
    log: string,
  ) {
    super(`The Temporal server did not start: ${reason}. Choose another port, or end what listens there.\n${log}`);
  }
}

async function startOnce(options: TemporalServerOptions, { port, uiPort }: Ports): Promise<TemporalServer> {
  const { namespace, dbFilename, tuned = true } = options;
  const output = followOutput(port, options.logFile);
  const server = spawnLeashed(options.cli.path, serverArguments({ port, uiPort, dbFilename, namespace, tuned }), {
    name: 'the Temporal server',
    env: withoutClientSettings(process.env),
    onLine: output.onLine,
  });
  const { exited } = server;
  void exited.then(() => output.close());
  const stop = (graceMs = 5_000) => server.stop(graceMs);
  const address = `127.0.0.1:${port}`;
  const late = new AbortController();
  try {
    await Promise.race([
      output.announced.then(() => untilServing({ address, namespace, signal: late.signal })),
      failedStart(server, output),
      delay(startLimitMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`The Temporal server did not answer within ${startLimitMs / 1000} s.\n${output.tail()}`);
      }),
    ]);
  } catch (error) {
    await stop(0);
    throw error;
  } finally {
    late.abort();
  }
  const ui = uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` };
  return { address, namespace, pid: server.pid, exited, stop, ...ui };
}

async function failedStart({ exited }: LeashedProcess, output: ServerOutput): Promise<never> {
  const { code, signal } = await exited;
  // "can't set frontend port 7233: listen tcp 127.0.0.1:7233: bind: address already in use"
  const taken = /[^"]*: bind: address already in use/.exec(output.tail())?.[0];
  if (taken !== undefined) throw new AddressInUse(taken, output.tail());
  throw new Error(`The Temporal server ended with ${signal ?? `code ${code}`} instead of starting.\n${output.tail()}`);
}

/** `TEMPORAL_*` are settings of clients; the CLI would read them for its server command as well. */
function withoutClientSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
