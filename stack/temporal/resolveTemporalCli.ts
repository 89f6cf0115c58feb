import { access } from 'node:fs/promises';
import { downloadTemporalCli } from './downloadTemporalCli.js';
import { findExecutables } from './findExecutable.js';
import { installTemporalCli } from './installTemporalCli.js';
import { cachedTemporalCliPath, readServerVersion, type TemporalCli } from './temporalCli.js';

/** Settings of {@link resolveTemporalCli}. */
export interface ResolveTemporalCliOptions {
  /** Told what is passed over and what takes long. */
  readonly progress: (message: string) => void;
  /** `TEMPORAL_CLI_PATH`, `PATH`, `XDG_CACHE_HOME`, `HOME` and the proxies are read from here; and the tools run in it. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds a Temporal CLI or obtains one: `TEMPORAL_CLI_PATH`, `temporal` on the PATH, the project's cache, the SDK's
 * download, `go install`. A file that is there but of no use is reported and passed over. Whoever has a server already
 * asks `existingTemporalServer` first and needs no CLI.
 *
 * @throws Error that tells what was tried and names the three ways out, when none of this leads to a CLI that runs
 */
export async function resolveTemporalCli({ progress, env }: ResolveTemporalCliOptions): Promise<TemporalCli> {
  const tried: string[] = [];
  const passOver = (what: string, error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    tried.push(`${what}: ${reason}`);
    return reason;
  };

  for (const { path, source } of await candidates(env)) {
    try {
      return { path, source, serverVersion: await readServerVersion(path, env) };
    } catch (error) {
      progress(`Passing over the Temporal CLI of ${source}: ${passOver(source, error)}`);
    }
  }
  const ways = [
    { source: 'download', obtain: downloadTemporalCli },
    { source: 'go install', obtain: installTemporalCli },
  ] as const;
  for (const { source, obtain } of ways) {
    try {
      return { source, ...(await obtain(progress, env)) };
    } catch (error) {
      progress(`No Temporal CLI by ${source}: ${passOver(source, error)}`);
    }
  }
  throw new Error(
    [
      'There is no Temporal server to use and no Temporal CLI to start one with. Three ways out:',
      '  1. Set TEMPORAL_ADDRESS to a server that runs already.',
      '  2. Install the Temporal CLI (https://docs.temporal.io/cli) and put it on the PATH, or set TEMPORAL_CLI_PATH to it.',
      '  3. Run this once with internet access, or with Go on the PATH, and it is fetched and kept.',
      'What was tried:',
      ...tried.map((line) => `  - ${line}`),
    ].join('\n'),
  );
}

async function candidates(env: NodeJS.ProcessEnv): Promise<Pick<TemporalCli, 'path' | 'source'>[]> {
  const given = env['TEMPORAL_CLI_PATH'];
  const cached = cachedTemporalCliPath(env);
  const isCached = await access(cached).then(
    () => true,
    () => false,
  );
  return [
    ...(given === undefined || given === '' ? [] : [{ path: given, source: 'TEMPORAL_CLI_PATH' as const }]),
    ...(await findExecutables('temporal', env)).map((path) => ({ path, source: 'PATH' as const })),
    ...(isCached ? [{ path: cached, source: 'cache' as const }] : []),
  ];
}
