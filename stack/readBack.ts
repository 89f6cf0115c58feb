import { createPublicClient, http, parseAbiItem } from 'viem';
import type { Change } from '../client/index.js';
import type { Simulator } from '../simulator/startSimulator.js';

interface Sources {
  readonly change: Change;
  readonly rpcUrl: string;
  readonly simulator: Pick<Simulator, 'url' | 'apiKey'>;
}

/** What became of a change, as machines read it. */
export interface ReadBack {
  readonly phase: string;
  readonly cvmId: string;
  readonly composeHash: string;
  readonly transactionHash: string | null;
  readonly correlationId: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly historyEvents: number;
  readonly elapsedMs: number;
}

const composeHashAdded = parseAbiItem('event ComposeHashAdded(bytes32 composeHash)');

/**
 * Reads the outcome of a change where it happened: phase and history from the workflow, the compose hash and the
 * operation from the API, the transaction from the chain.
 *
 * @throws Error where they contradict each other
 */
export async function readBack({ change, rpcUrl, simulator }: Sources): Promise<ReadBack> {
  const [status, execution] = await Promise.all([change.status(), change.execution()]);
  const cvm = await get(simulator, `/cvms/${status.cvmId}`);
  const operations = await get(simulator, `/cvms/${status.cvmId}/operations?limit=1`);
  const composeHash = `0x${String(cvm['compose_hash']).replace(/^0x/, '')}`;
  if (composeHash !== status.composeHash) {
    throw new Error(`The CVM runs ${composeHash}, the change says ${status.composeHash}.`);
  }
  const [operation] = operations['items'] as { correlation_id: string }[]; // The OpenAPI document says so.
  return {
    phase: status.phase,
    cvmId: status.cvmId,
    composeHash,
    transactionHash: status.appId && (await registeringTransaction(rpcUrl, status.appId, composeHash)),
    correlationId: operation?.correlation_id ?? '',
    workflowId: status.change,
    runId: status.runId,
    historyEvents: execution.historyEvents,
    elapsedMs: execution.elapsedMs,
  };
}

async function registeringTransaction(rpcUrl: string, app: `0x${string}`, composeHash: string): Promise<string | null> {
  const client = createPublicClient({ transport: http(rpcUrl) });
  const logs = await client.getLogs({ address: app, event: composeHashAdded, fromBlock: 'earliest' });
  return logs.findLast(({ args }) => args.composeHash === composeHash)?.transactionHash ?? null;
}

async function get({ url, apiKey }: Sources['simulator'], path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, { headers: { 'x-api-key': apiKey } });
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}.`);
  return (await response.json()) as Record<string, unknown>; // The OpenAPI document has an object there.
}
