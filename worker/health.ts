import fastify from 'fastify';

/** What the health endpoints ask. */
export interface Health {
  /** Whether every part of the worker runs and polls. */
  isReady(): boolean;
  /** Whether a part of the worker has failed for good. */
  hasFailed(): boolean;
}

export interface HealthServer {
  /** Where it listens, such as http://127.0.0.1:8080. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/livez` (200 while the process should be left alone, 503 when it should be replaced) and `/readyz` (200 while
 * it polls for work).
 */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  health: Health,
): Promise<HealthServer> {
  const server = fastify();
  server.get('/livez', (_request, reply) =>
    reply.code(health.hasFailed() ? 503 : 200).send({ live: !health.hasFailed() }),
  );
  server.get('/readyz', (_request, reply) =>
    reply.code(health.isReady() ? 200 : 503).send({ ready: health.isReady() }),
  );
  const url = await server.listen({ host, port });
  return { url, close: () => server.close() };
}
