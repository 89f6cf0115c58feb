import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { resolveTemporalCli } from '../../stack/temporal/resolveTemporalCli.js';
import { startTemporalServer } from '../../stack/temporal/startTemporalServer.js';
import { registerSearchAttributes } from '../../worker/searchAttributes.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of the Temporal server that all test files share. */
    temporalAddress: string;
    temporalNamespace: string;
  }
}

/** One real Temporal server for the whole run. Test files stay apart by their task queues. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const progress = (message: string): void => void process.stderr.write(`${message}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  const server = await startTemporalServer({
    cli: await resolveTemporalCli({ progress, env: process.env }),
    dbFilename: join(folder, 'temporal.db'),
    namespace: 'default',
    headless: true,
    progress,
  });
  const connection = await NativeConnection.connect({ address: server.address });
  await registerSearchAttributes(connection, server.namespace);
  await connection.close();
  project.provide('temporalAddress', server.address);
  project.provide('temporalNamespace', server.namespace);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
