import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { defaultTaskQueue } from '../model/taskQueues.js';
import { Countersign } from './countersign.js';
import { TemporalUnreachableError } from './errors.js';

export interface ConnectOptions {
  /** Where Temporal is and how it is reached. Default: the process's environment, read as Temporal's tools read it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Task queue of the workflows; the same as the workers'. Default: COUNTERSIGN_TASK_QUEUE, or `countersign`. */
  readonly taskQueue?: string;
}

/**
 * Connects to the Temporal server on which the changes run. No Phala Cloud API key and no RPC URL is needed here: only
 * the workers have those.
 *
 * @example
 * const countersign = await connect();
 * const change = await countersign.updateCvm({ cvmId, update: { dockerComposeFile }, requestedBy: 'deploy-bot' });
 * const { phase, transactionHash } = await change.result();
 *
 * @throws TemporalUnreachableError
 */
export async function connect({ environment = process.env, taskQueue }: ConnectOptions = {}): Promise<Countersign> {
  const present = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(present),
  });
  const address = connectionOptions.address ?? 'localhost:7233';
  const { tls, apiKey, metadata } = connectionOptions;
  try {
    const connection = await Connection.connect({
      address,
      connectTimeout: '5 seconds',
      ...(tls != null && { tls }),
      ...(apiKey !== undefined && { apiKey }),
      // The native client also takes bytes as metadata; the configuration of the environment is text.
      ...(metadata && { metadata: metadata as Record<string, string> }),
    });
    return new Countersign({
      client: new Client({ connection, namespace }),
      address,
      namespace,
      taskQueue: taskQueue ?? (environment['COUNTERSIGN_TASK_QUEUE'] || defaultTaskQueue),
    });
  } catch (error) {
    throw new TemporalUnreachableError(address, error, 'none');
  }
}
