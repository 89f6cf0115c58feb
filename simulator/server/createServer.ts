import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import { registerControl } from '../control/registerControl.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { type Surroundings, serve } from './serve.js';

/** Chosen: larger than any update may be (200 KiB for compose and script, by the SDK's own check). */
const BODY_LIMIT = 8 * 1024 * 1024;

/** The HTTP server with all endpoints under /api/v1 and the controls under /_simulator; not listening yet. */
export function createServer(surroundings: Surroundings): FastifyInstance {
  const server = fastify({ bodyLimit: BODY_LIMIT, exposeHeadRoutes: false, forceCloseConnections: true });
  // Bodies arrive as text: what is wrong with them is answered as FastAPI does, not as fastify does.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  // FastAPI's own answer to an unknown path.
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: 'Not Found' }));
  // What fastify itself turns down (a body that is too large), and what the controls turn down.
  server.setErrorHandler<FastifyError>((error, request, reply) =>
    reply
      .code(error.statusCode ?? 500)
      .send(request.url.startsWith('/_simulator') ? { error: error.message } : { detail: error.message }),
  );
  for (const endpoint of ENDPOINTS) {
    server.route({ method: endpoint.method, url: `/api/v1${endpoint.path}`, handler: serve(endpoint, surroundings) });
  }
  registerControl(server, surroundings.cloud);
  return server;
}
