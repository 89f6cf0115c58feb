import { createPublicClient, http, parseAbi, parseEventLogs } from 'viem';
import type { Change } from '../client/index.js';
import type { Simulator } from '../simulator/startSimulator.js';

interface Sources {
  readonly kind: string;
  readonly change: Change;
  readonly rpcUrl: string;
  readonly simulator: Pick<Simulator, 'url' | 'apiKey'>;
}

/** What became of a change, as machines read it. What a kind of change does not have is null. */
export interface ReadBack {
  readonly kind: string;
  readonly phase: string;
  /** The CVM that runs something new: the updated one, the replica, the new one. */
  readonly cvmId: string | null;
  readonly composeHash: string | null;
  readonly transactionHash: string | null;
  readonly correlationId: string | null;
  readonly workflowId: string;
  readonly runId: string;
  readonly historyEvents: number;
  readonly elapsedMs: number;
}

/**
 * Reads the outcome of a change where it happened: phase and history from the workflow, the compose hash and the
 * operation from the API, the transaction from the chain.
 *
 * @throws Error where they contradict each other
 */
export async function readBack({ kind, change, rpcUrl, simulator }: Sources): Promise<ReadBack> {
  const [status, execution] = await Promise.all([change.status(), change.execution()]);
  const cvmId = status.created?.cvmId ?? status.cvmId;
  const cvm = cvmId === null ? null : await readCvm(simulator, cvmId);
  if (cvm !== null && cvm.composeHash !== status.composeHash) {
    throw new Error(`The CVM runs ${cvm.composeHash}, the change says ${status.composeHash}.`);
  }
  const transactionHash = status.registration?.transactionHash ?? null;
  if (transactionHash !== null) await checkTransaction(rpcUrl, transactionHash, status.registration?.contract.address);
  return {
    kind,
    phase: status.phase,
    cvmId,
    composeHash: cvm?.composeHash ?? null,
    transactionHash,
    correlationId: cvm?.correlationId ?? null,
    workflowId: status.change,
    runId: status.runId,
    historyEvents: execution.historyEvents,
    elapsedMs: execution.elapsedMs,
  };
}

async function readCvm(simulator: Sources['simulator'], cvmId: string) {
  const cvm = await get(simulator, `/cvms/${cvmId}`);
  const operations = await get(simulator, `/cvms/${cvmId}/operations?limit=1`);
  const [operation] = operations['items'] as { correlation_id: string }[]; // The OpenAPI document says so.
  return {
    composeHash: `0x${String(cvm['compose_hash']).replace(/^0x/, '')}`,
    correlationId: operation?.correlation_id ?? null,
  };
}

const allowListEvents = parseAbi([
  'event ComposeHashAdded(bytes32 composeHash)',
  'event ComposeHashRemoved(bytes32 composeHash)',
  'event DeviceAdded(bytes32 deviceId)',
  'event DeviceRemoved(bytes32 deviceId)',
  'event AllowAnyDeviceSet(bool allowAny)',
]);

/** @throws Error where the chain does not show that the transaction changed the app's allow-lists */
async function checkTransaction(rpcUrl: string, hash: `0x${string}`, app: string | undefined): Promise<void> {
  const { logs } = await createPublicClient({ transport: http(rpcUrl) }).getTransactionReceipt({ hash });
  const changes = parseEventLogs({ abi: allowListEvents, logs }).filter(({ address }) => address.toLowerCase() === app);
  if (changes.length === 0) throw new Error(`Transaction ${hash} changed nothing in ${app}.`);
}

async function get({ url, apiKey }: Sources['simulator'], path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, { headers: { 'x-api-key': apiKey } });
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}.`);
  return (await response.json()) as Record<string, unknown>; // The OpenAPI document has an object there.
}
