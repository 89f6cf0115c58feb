import { randomBytes } from 'node:crypto';
import type { Simulator } from '../simulator/startSimulator.js';
import { freePorts } from './process/freePorts.js';
import { startWorkerProcess, type WorkerProcess } from './workerProcess.js';

export interface GatewayOptions {
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Whose webhooks it receives. */
  readonly simulator: Pick<Simulator, 'url' | 'apiKey'>;
  /** The gateway's log is appended here. */
  readonly logFile: string;
  /** On 127.0.0.1; default a free one. */
  readonly port?: number | undefined;
}

export interface GatewayProcess extends WorkerProcess {
  readonly url: string;
  /** Signs the webhooks of the simulator. */
  readonly phalaSecret: string;
  /** What a sender of Safe's webhooks has to show. */
  readonly safeSecret: string;
}

const newSecret = (): string => randomBytes(24).toString('base64url');

/** Starts a gateway that takes up whatever is prepared, in a process of its own, and has the simulator send to it. */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const { temporal, simulator, logFile, port } = options;
  const [free] = await freePorts(1);
  const address = `127.0.0.1:${port ?? free}`;
  const [phalaSecret, safeSecret] = [`whsec_${newSecret()}`, newSecret()];
  const gateway = await startWorkerProcess({
    name: 'gateway',
    program: 'dist/gateway/main.js',
    logFile,
    environment: {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      COUNTERSIGN_GATEWAY_ADDRESS: address,
      COUNTERSIGN_PHALA_WEBHOOK_SECRETS: phalaSecret,
      COUNTERSIGN_SAFE_WEBHOOK_SECRETS: safeSecret,
      COUNTERSIGN_ADOPT: 'all',
    },
  });
  const url = `http://${address}`;
  await subscribe(simulator, `${url}/webhooks/phala`, phalaSecret);
  return { ...gateway, url, phalaSecret, safeSecret };
}

async function subscribe({ url, apiKey }: GatewayOptions['simulator'], to: string, secret: string): Promise<void> {
  const answer = await fetch(`${url}/workspace/webhooks`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ url: to, events: ['cvm.update.pending_approval'], secret, name: 'gateway' }),
  });
  if (answer.status !== 201) throw new Error(`The simulator takes no webhook: ${answer.status} ${await answer.text()}`);
}
