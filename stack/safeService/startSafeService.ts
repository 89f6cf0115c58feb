import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Address, getAddress, type Hex } from 'viem';
import { chosen, page, shownEntry } from './answers.js';
import { requireProposer } from './deletion.js';
import { type ServiceCall, ServiceFaults } from './faults.js';
import { type Confirmation, type Entry, Queue } from './queue.js';
import { SafesOnChain } from './safeOnChain.js';
import { notFound, ServiceError, wrongChecksum } from './serviceError.js';
import { takeConfirmation } from './takeConfirmation.js';
import { takeProposal } from './takeProposal.js';

export interface SafeServiceOptions {
  readonly rpcUrl: string;
  /** Asked for as a bearer token, as Safe's own service does (on-chain.md §3.3); null: it asks for none. */
  readonly apiKey?: string | null;
}

/** A Transaction Service of Safe over a local chain. */
export interface SafeService {
  /** Up to `/api`. */
  readonly url: string;
  readonly faults: ServiceFaults;
  /** What it keeps of a Safe, oldest first. */
  queued(safe: string): readonly Entry[];
  /** An owner lets somebody propose. */
  addDelegate(safe: string, delegate: string, delegator: string): void;
  /** Its proposer has deleted it in the app. */
  remove(hash: string): void;
  /** Keeps a confirmation that it has not checked. */
  forge(hash: string, confirmation: Pick<Confirmation, 'owner' | 'signature' | 'signatureType'>): void;
  /** Says that something executed it, whatever the chain says. */
  claimExecuted(hash: string): void;
  close(): Promise<void>;
}

type Handler = (request: FastifyRequest<{ Params: { id: string } }>) => Promise<{ status: number; body?: unknown }>;

export async function startSafeService({ rpcUrl, apiKey = null }: SafeServiceOptions): Promise<SafeService> {
  const world = { queue: new Queue(), chain: new SafesOnChain(rpcUrl) };
  const { queue, chain } = world;
  const faults = new ServiceFaults();
  const server = fastify({ forceCloseConnections: true });
  answerErrors(server);

  const serve = (method: 'GET' | 'POST' | 'DELETE', path: string, call: ServiceCall, handle: Handler): void => {
    server.route<{ Params: { id: string } }>({
      method,
      url: `/api${path}`,
      handler: async (request, reply) => {
        const fault = faults.next(call);
        if (fault?.kind === 'status') return reply.code(fault.status).send(fault.body ?? { detail: 'a fault' });
        if (fault?.kind === 'hang') return reply.hijack();
        if (fault?.kind === 'reset') return broken(request, reply);
        if (apiKey !== null && request.headers.authorization !== `Bearer ${apiKey}`) {
          return reply.code(401).send({ message: 'No key, or a wrong one' });
        }
        const { status, body } = await handle(request);
        return fault === null ? reply.code(status).send(body) : broken(request, reply);
      },
    });
  };

  serve('GET', '/v2/safes/:id/multisig-transactions/', 'list', async ({ params, url }) => {
    const safe = addressIn(params.id);
    const query = new URL(url, 'http://service').searchParams;
    const [entries, account] = [await chosen(chain, queue.ofSafe(safe), query), await chain.read(safe)];
    const results = await Promise.all(entries.map((entry) => shownEntry(chain, entry, account)));
    const countUniqueNonce = new Set(queue.ofSafe(safe).map(({ transaction }) => transaction.nonce)).size;
    return { status: 200, body: { ...page(results, query), countUniqueNonce } };
  });
  serve('POST', '/v2/safes/:id/multisig-transactions/', 'propose', async ({ params, body }) => {
    await takeProposal(world, addressIn(params.id), body);
    return { status: 201 };
  });
  serve('GET', '/v2/multisig-transactions/:id/', 'get', async ({ params }) => {
    const entry = queue.entries.get(hashIn(params.id));
    if (!entry) throw notFound(`Transaction ${params.id}`);
    return { status: 200, body: await shownEntry(chain, entry, await chain.read(entry.safe)) };
  });
  serve('DELETE', '/v2/multisig-transactions/:id/', 'other', async ({ params, body }) => {
    const entry = queue.entries.get(hashIn(params.id));
    if (!entry) throw notFound(`Transaction ${params.id}`);
    await requireProposer(world, entry, body);
    queue.entries.delete(entry.safeTxHash);
    return { status: 204 };
  });
  serve('POST', '/v1/multisig-transactions/:id/confirmations/', 'confirm', async ({ params, body }) => {
    await takeConfirmation(world, hashIn(params.id), body);
    return { status: 201, body: body };
  });
  serve('GET', '/v1/multisig-transactions/:id/confirmations/', 'other', async ({ params, url }) => {
    const confirmations = queue.entries.get(hashIn(params.id))?.confirmations ?? [];
    const shown = confirmations.map((one) => ({ ...one, transactionHash: null }));
    return { status: 200, body: page(shown, new URL(url, 'http://service').searchParams) };
  });
  // SafeInfoResponseSerializer, as far as it is of use here.
  serve('GET', '/v1/safes/:id/', 'other', async ({ params }) => {
    const address = addressIn(params.id);
    const account = await chain.read(address);
    if (account === null) throw notFound(`Safe ${address}`);
    return { status: 200, body: { address, ...account, nonce: String(account.nonce), modules: [] } };
  });

  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const entryOf = (hash: string): Entry => {
    const entry = queue.entries.get(hashIn(hash));
    if (!entry) throw new Error(`${hash} is not in the queue`);
    return entry;
  };
  return {
    url: `${url}/api`,
    faults,
    queued: (safe) => queue.ofSafe(getAddress(safe)),
    addDelegate: (safe, delegate, delegator) =>
      void queue.delegates.push({
        safe: getAddress(safe),
        delegate: getAddress(delegate),
        delegator: getAddress(delegator),
      }),
    remove: (hash) => void queue.entries.delete(entryOf(hash).safeTxHash),
    forge(hash, confirmation) {
      entryOf(hash).confirmations.push({ ...confirmation, submissionDate: new Date().toISOString() });
    },
    claimExecuted(hash) {
      entryOf(hash).claimed = `0x${'e'.repeat(64)}`;
    },
    close: () => server.close(),
  };
}

function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof ServiceError) return reply.code(error.status).send(error.body);
    // Django's page for what nobody foresaw.
    return reply
      .code(500)
      .type('text/html')
      .send(`<h1>Server Error (500)</h1><!-- ${String(error)} -->`);
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).type('text/html').send('<h1>Not Found</h1>'));
}

function broken(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.raw.socket.destroy();
  return reply.hijack();
}

function addressIn(text: string): Address {
  try {
    if (getAddress(text) === text) return text;
  } catch {
    // No address at all.
  }
  throw wrongChecksum(text);
}

const hashIn = (text: string): Hex => `0x${text.replace(/^0x/, '').toLowerCase()}`;
