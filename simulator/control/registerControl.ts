import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { faultRuleSchema } from '../faults/faultRule.js';
import { addCvm, removeCvm, type SimulatedCvm, simulatedCvm } from '../simulatedCvm.js';
import type { Cloud } from '../state/cloud.js';
import { type Cvm, cvmDefinitionSchema } from '../state/cvm.js';
import { nodeDefinitionSchema } from '../state/nodes.js';
import { quirksSchema } from '../state/quirks.js';

/**
 * The controls of the simulator over HTTP, for whoever runs it in another process. JSON in and out, no key; bound to the
 * same host as the API, so do not bind that to a network. What the fields mean is said at the types.
 *
 * - `GET  /_simulator/clock` → `{now}`; `POST /_simulator/clock` `{advanceMilliseconds}` → `{now}`, answered when
 *   everything due by then has happened.
 * - `GET  /_simulator/ledger` → `{effectiveCommits, creations, preparations, tokens, requests}` (Ledger; it holds commit tokens).
 * - `GET  /_simulator/faults` → `[{id, rule, used, remaining}]`; `POST /_simulator/faults` with a rule (FaultRule, but no
 *   `when`) → 201 the same; `DELETE /_simulator/faults` → all gone; `DELETE /_simulator/faults/{id}`.
 * - `GET  /_simulator/nodes` → every Node; `POST /_simulator/nodes` with a NodeDefinition → 201 the same.
 * - `GET  /_simulator/cvms` → every CVM as SimulatedCvm has it; `POST /_simulator/cvms` with a CvmDefinition → 201 the same;
 *   `PUT /_simulator/cvms/{vm_uuid}/quirks` with Quirks; `DELETE /_simulator/cvms/{vm_uuid}`.
 * - `GET  /_simulator/webhooks` → `{webhooks, deliveries}`: the workspace's webhooks with their secrets, and every delivery
 *   with its attempts and its payload, which may hold a commit token.
 *
 * 400 `{error}` for a body that is not understood, 404 for an id that is not there.
 */
export function registerControl(server: FastifyInstance, cloud: Cloud): void {
  server.get('/_simulator/clock', () => ({ now: cloud.clock.now() }));
  server.post('/_simulator/clock', async (request) => {
    const { advanceMilliseconds } = body(request.body, z.strictObject({ advanceMilliseconds: z.number().min(0) }));
    return { now: await cloud.clock.advance(advanceMilliseconds) };
  });

  server.get('/_simulator/ledger', () => {
    const { effectiveCommits, creations, preparations, tokens, requests } = cloud.ledger;
    return { effectiveCommits, creations, preparations, tokens, requests };
  });

  server.get('/_simulator/faults', () => cloud.faults.list());
  server.post('/_simulator/faults', (request, reply) =>
    reply.code(201).send(cloud.faults.add(body(request.body, faultRuleSchema))),
  );
  server.delete('/_simulator/faults', (_request, reply) => {
    cloud.faults.clear();
    return reply.code(204).send();
  });
  server.delete<{ Params: { id: string } }>('/_simulator/faults/:id', (request, reply) =>
    cloud.faults.remove(request.params.id) ? reply.code(204).send() : reply.code(404).send({ error: 'no such fault' }),
  );

  server.get('/_simulator/webhooks', () => ({ webhooks: cloud.webhooks.all(), deliveries: cloud.webhooks.deliveries }));

  server.get('/_simulator/nodes', () => cloud.nodes.all());
  server.post('/_simulator/nodes', (request, reply) =>
    reply.code(201).send(cloud.nodes.add(body(request.body, nodeDefinitionSchema))),
  );

  server.get('/_simulator/cvms', () => cloud.cvms.all().map((cvm) => shown(simulatedCvm(cloud, cvm))));
  server.post('/_simulator/cvms', (request, reply) =>
    reply.code(201).send(shown(addCvm(cloud, body(request.body, cvmDefinitionSchema)))),
  );
  server.put<{ Params: { vmUuid: string } }>('/_simulator/cvms/:vmUuid/quirks', (request) => {
    const cvm = known(cloud, request.params.vmUuid);
    cvm.quirks = body(request.body, quirksSchema);
    return cvm.quirks;
  });
  server.delete<{ Params: { vmUuid: string } }>('/_simulator/cvms/:vmUuid', (request, reply) => {
    removeCvm(cloud, known(cloud, request.params.vmUuid));
    return reply.code(204).send();
  });
}

/** A request that the controls turn down; the server's error handler answers with its status. */
class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

function known(cloud: Cloud, vmUuid: string): Cvm {
  const cvm = cloud.cvms.get(vmUuid);
  if (cvm === undefined) {
    throw new ControlError(404, `There is no CVM ${vmUuid}.`);
  }
  return cvm;
}

function shown({ remove: _remove, ...properties }: SimulatedCvm): object {
  return properties;
}

/** Bodies arrive as text (see createServer). */
function body<Schema extends z.ZodType>(text: unknown, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new ControlError(400, z.prettifyError(parsed.error));
  }
  return parsed.data;
}

function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    throw new ControlError(400, 'The body is not JSON.');
  }
}
