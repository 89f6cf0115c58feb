import { join } from 'node:path';
import { placeInCache } from './cachePlacement.js';
import { findExecutables } from './findExecutable.js';
import { reportElapsed } from './reportElapsed.js';
import { runToEnd } from './runToEnd.js';
import { cachedTemporalCliPath, cacheFolder, pinnedTemporalCliVersion, readServerVersion } from './temporalCli.js';

const installLimitMs = 30 * 60_000;

/**
 * Builds the pinned Temporal CLI with Go from the module proxy and puts it into the project's cache. Takes two to five
 * minutes and 1.8 GB of Go's module cache the first time.
 *
 * @throws Error when there is no `go` on the PATH, or the build fails
 */
export async function installTemporalCli(
  progress: (message: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; serverVersion: string }> {
  const [go] = await findExecutables('go', env);
  if (go === undefined) throw new Error('there is no `go` on the PATH');
  const path = cachedTemporalCliPath(env);
  const packageAtVersion = `github.com/temporalio/cli/cmd/temporal@v${pinnedTemporalCliVersion}`;
  let serverVersion = '';
  await placeInCache(cacheFolder(env), path, async (staging) => {
    const name = `go install ${packageAtVersion}`;
    const build = runToEnd(go, ['install', packageAtVersion], {
      name,
      env: { ...env, GOBIN: staging },
      // Nothing of the caller's own Go project has a say here.
      cwd: staging,
      limitMs: installLimitMs,
    });
    await reportElapsed(progress, `Building the Temporal CLI (${name}), 2 to 5 minutes the first time`, build);
    const built = join(staging, 'temporal');
    serverVersion = await readServerVersion(built, env);
    return built;
  });
  return { path, serverVersion };
}
