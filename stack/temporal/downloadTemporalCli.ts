import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { placeInCache } from './cachePlacement.js';
import { reportElapsed } from './reportElapsed.js';
import { runToEnd } from './runToEnd.js';
import { cachedTemporalCliPath, cacheFolder, pinnedTemporalCliVersion, readServerVersion } from './temporalCli.js';

/** Where the SDK downloads from (sdk-core, `ephemeral_server`). */
const downloadHost = { host: 'temporal.download', port: 443 };

/** How long reaching it may take, in milliseconds: without internet nobody should wait to be told so. */
const probeLimitMs = 2_500;

/** The archive has about 100 MB; the SDK itself sets no limit. */
const downloadLimitMs = 10 * 60_000;

/**
 * The SDK downloads only as part of starting a test server. That runs in a process of its own: the SDK's runtime can be
 * set up once per process, and doing it here would take that choice from the caller's worker.
 */
const downloadScript = `
const [sdk, downloadDir, version] = process.argv.slice(1);
const { TestWorkflowEnvironment } = require(sdk);
TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir, version } } })
  .then((environment) => environment.teardown())
  .catch((error) => { process.stderr.write(String(error) + '\\n'); process.exitCode = 1; });
`;

/**
 * Downloads the pinned Temporal CLI into the project's cache by the SDK's own means.
 *
 * @throws Error when the download's host does not answer within 2.5 s, or the download fails
 */
export async function downloadTemporalCli(
  progress: (message: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; serverVersion: string }> {
  await probeInternet(env);
  const path = cachedTemporalCliPath(env);
  const version = `v${pinnedTemporalCliVersion}`;
  const sdk = createRequire(import.meta.url).resolve('@temporalio/testing');
  let serverVersion = '';
  await placeInCache(cacheFolder(env), path, async (staging) => {
    const name = `The download of the Temporal CLI ${version}`;
    const args = ['-e', downloadScript, sdk, staging, version];
    const download = runToEnd(process.execPath, args, { name, env, limitMs: downloadLimitMs });
    await reportElapsed(progress, `Downloading the Temporal CLI ${version} from ${downloadHost.host}`, download);
    const [file] = (await readdir(staging)).filter((found) => !found.endsWith('.downloading'));
    if (file === undefined) throw new Error(`${name} left no file.`);
    serverVersion = await readServerVersion(join(staging, file), env);
    return join(staging, file);
  });
  return { path, serverVersion };
}

/** Opens and closes a connection to the download's host, or to the proxy that leads there. */
async function probeInternet(env: NodeJS.ProcessEnv): Promise<void> {
  const proxy = env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['ALL_PROXY'] ?? env['all_proxy'] ?? '';
  const { host, port } = URL.canParse(proxy) ? proxyAddress(new URL(proxy)) : downloadHost;
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (reason: string) => {
      socket.destroy();
      reject(new Error(`${host}:${port} is not reachable from here (${reason})`));
    };
    // Not the socket's own timeout: that one does not cover a name server that never answers.
    const timer = setTimeout(() => fail(`no answer within ${probeLimitMs / 1000} s`), probeLimitMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    });
  });
}

function proxyAddress(url: URL) {
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) };
}
