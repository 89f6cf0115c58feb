import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { ConfigurationError } from '../model/environment.js';

interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
}

/**
 * Connects to Temporal as its own tools do: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_* and
 * the profiles of temporal.toml.
 *
 * @throws ConfigurationError where the server cannot be reached, with its address and the way out
 */
export async function connectTemporal(): Promise<TemporalConnection> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await NativeConnection.connect({ ...connectionOptions, address });
    return { connection, namespace, address };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // The native client shows its errors with everything around them; the sentence inside says it all.
    const reason = /message: "([^"]+)"/.exec(text)?.[1] ?? text.slice(0, 200);
    throw new ConfigurationError(
      `Temporal does not answer at ${address} (${reason}). Set TEMPORAL_ADDRESS, or start a local stack: npm run stack.`,
    );
  }
}
