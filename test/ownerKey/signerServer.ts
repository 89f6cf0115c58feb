import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Hex, hexToBigInt, hexToNumber } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';

const hex = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-f]*$/i.test(value));
const quantities = { gas: hex, nonce: hex, chainId: hex, maxFeePerGas: hex, maxPriorityFeePerGas: hex };
const callSchema = z.object({
  id: z.unknown(),
  method: z.string(),
  params: z.array(z.object({ from: hex, to: hex, data: hex, value: hex, ...quantities })),
});

/** The transaction that a signer is asked for. */
export interface AskedTransaction {
  readonly to: Hex;
  readonly data: Hex;
  readonly value: bigint;
  readonly nonce: number;
  readonly chainId: number;
  readonly gas: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** How a signer answers, while it does not do its work. */
export type SignerFault =
  | { readonly kind: 'down' }
  | { readonly kind: 'refuses'; readonly message: string }
  /** Signs something else than it was asked for, or with another key. */
  | { readonly kind: 'lies'; readonly change?: Partial<AskedTransaction>; readonly privateKey?: Hex };

/** A JSON-RPC signer such as web3signer. */
export interface SignerServer {
  readonly url: string;
  /** Null: it does its work. */
  fault: SignerFault | null;
  /** How many transactions it was asked to sign. */
  readonly asked: number;
  /** Called with each request for a signature, before it is answered, and once its answer is on the way. */
  on: { asked: () => void; answered: () => void };
  stop(): Promise<void>;
}

/** @param privateKeys the keys that it holds; it signs with the one that `from` names */
export async function startSignerServer(...privateKeys: readonly Hex[]): Promise<SignerServer> {
  const accounts = privateKeys.map((key) => privateKeyToAccount(key));
  let asked = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (state.fault?.kind === 'down') return response.writeHead(503).end('down');
    const { id, method, params } = callSchema.parse({ params: [], ...JSON.parse(body) });
    const reply = (answer: object): void => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }), () => state.on.answered());
    };
    if (method === 'eth_accounts') return reply({ result: accounts.map(({ address }) => address) });
    asked++;
    state.on.asked();
    if (state.fault?.kind === 'refuses') return reply({ error: { code: -32000, message: state.fault.message } });
    const [wanted] = params;
    const account = accounts.find(({ address }) => address.toLowerCase() === wanted?.from.toLowerCase());
    if (!wanted || !account) return reply({ error: { code: -32000, message: 'unknown account' } });
    const lie = state.fault?.kind === 'lies' ? state.fault : null;
    const signer = lie?.privateKey ? privateKeyToAccount(lie.privateKey) : account;
    const transaction: AskedTransaction = {
      to: wanted.to,
      data: wanted.data,
      value: hexToBigInt(wanted.value),
      nonce: hexToNumber(wanted.nonce),
      chainId: hexToNumber(wanted.chainId),
      gas: hexToBigInt(wanted.gas),
      maxFeePerGas: hexToBigInt(wanted.maxFeePerGas),
      maxPriorityFeePerGas: hexToBigInt(wanted.maxPriorityFeePerGas),
    };
    return reply({ result: await signer.signTransaction({ type: 'eip1559', ...transaction, ...lie?.change }) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object; only a Unix socket's is a string.
  const { port } = server.address() as AddressInfo;
  const state: SignerServer = {
    url: `http://127.0.0.1:${port}`,
    fault: null,
    get asked() {
      return asked;
    },
    on: { asked: () => {}, answered: () => {} },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return state;
}
