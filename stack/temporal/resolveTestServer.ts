import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placeInCache } from './cachePlacement.js';
import { findExecutables } from './findExecutable.js';
import { reportElapsed } from './reportElapsed.js';
import { runToEnd } from './runToEnd.js';
import { cacheFolder } from './temporalCli.js';

/** The version of Temporal's test server that Maven fetches. */
const version = '1.38.0';
/** 38 MB in 39 archives. */
const downloadLimitMs = 10 * 60_000;
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>countersign</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** The server ends with whoever started it, however that one ends. */
const script = `#!/bin/sh
lib=$(dirname "$0")/lib
parent=$PPID
(while kill -0 "$parent" && kill -0 $$; do sleep 1; done; kill -9 $$) </dev/null >/dev/null 2>&1 &
exec java -cp "$lib/*" io.temporal.testserver.TestServer "$@"
`;

/**
 * Finds Temporal's time-skipping test server or obtains it: `TEMPORAL_TEST_SERVER_PATH`, the project's cache, Maven.
 *
 * @returns the path of an executable; undefined where only the SDK's own download is left, which needs the internet
 */
export async function resolveTestServer(
  progress: (message: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const given = env['TEMPORAL_TEST_SERVER_PATH'];
  if (given) return given;
  const [java] = await findExecutables('java', env);
  const [maven] = await findExecutables('mvn', env);
  const folder = join(cacheFolder(env), `temporal-test-server-${version}`);
  const server = join(folder, 'temporal-test-server');
  if (java && (await exists(server))) return server;
  if (!java || !maven) return undefined;
  await placeInCache(cacheFolder(env), folder, async (staging) => {
    const whole = join(staging, 'server');
    await writeFile(join(staging, 'pom.xml'), project);
    const name = `The download of Temporal's test server ${version} by Maven`;
    const args = ['-q', '-B', plugin, `-DoutputDirectory=${join(whole, 'lib')}`, '-DincludeScope=runtime'];
    const download = runToEnd(maven, args, { name, env, cwd: staging, limitMs: downloadLimitMs });
    await reportElapsed(progress, `Fetching Temporal's test server ${version} with Maven`, download);
    await writeFile(join(whole, 'temporal-test-server'), script, { mode: 0o755 });
    return whole;
  }).catch(async (error: unknown) => {
    // Another process may have been quicker: then its folder is in the place.
    if (!(await exists(server))) throw error;
  });
  return server;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
