import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Has the SDK of this process print errors only, those of its native part included. Called before any other use of it. */
export function installQuietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
}
