import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The version of the Temporal CLI that the project fetches when none is there: the last one that `go install` accepts,
 * since 1.6 and later carry a `replace` in their go.mod. It brings server 1.29.1 and Web UI 2.42.1.
 */
export const pinnedTemporalCliVersion = '1.5.1';

/** A Temporal CLI that has been run and answered. */
export interface TemporalCli {
  /** Path of the executable. */
  readonly path: string;
  /** The version of the server inside, such as `1.29.1`. The CLI's own version is unknown where Go built it. */
  readonly serverVersion: string;
  /** Where it was found or how it was obtained. */
  readonly source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'go install';
}

/** The folder of the project's downloads: `$XDG_CACHE_HOME/countersign`, or `~/.cache/countersign` without that. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  // The XDG Base Directory specification has a relative path ignored.
  const base = env['XDG_CACHE_HOME']?.startsWith('/') === true ? env['XDG_CACHE_HOME'] : undefined;
  return join(base ?? join(env['HOME'] ?? homedir(), '.cache'), 'countersign');
}

/** Where the project keeps the CLI that it fetched. */
export function cachedTemporalCliPath(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), `temporal-cli-${pinnedTemporalCliVersion}`, 'temporal');
}

/**
 * Runs `--version` of the file at `path` and reads the version of the server that it brings.
 *
 * @throws Error that tells why the file is of no use: it cannot be run, does not end within 15 s, or is something else
 */
export async function readServerVersion(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { env, timeout: 15_000 }).catch((error) => {
    throw new Error(`${path} cannot be run: ${String(error instanceof Error ? error.message : error).trim()}`);
  });
  // "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"
  const version = /^temporal version \S+ \(Server (\d[^,\s)]*)/m.exec(stdout)?.[1];
  if (version === undefined) {
    throw new Error(
      `${path} is not a Temporal CLI with a server: --version printed ${JSON.stringify(stdout.slice(0, 200))}`,
    );
  }
  return version;
}
