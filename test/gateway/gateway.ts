import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerBody } from '../../gateway/answer.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import type { PreparedElsewhere } from '../../stack/prepareUpdate.js';
import { freePorts } from '../../stack/process/freePorts.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import type { Rig } from '../rig/rig.js';

/** What the gateway answered. */
export interface Answered {
  readonly status: number;
  readonly body: AnswerBody;
}

interface DeliveryOptions {
  readonly secret?: string;
  /** Seconds that its clock is ahead. */
  readonly ahead?: number;
  /** In place of the true ones; null: left out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Of which gateway; default the first. */
  readonly port?: number;
}

/** A gateway as operators run it, in a process of its own, and somebody who delivers to it. */
export class TestGateway {
  readonly secret = `whsec_${randomBytes(24).toString('base64url')}`;
  readonly safeSecret = randomBytes(24).toString('base64url');
  port!: number;
  private folder!: string;
  private process: WorkerProcess | null = null;

  constructor(private readonly rig: Rig) {}

  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.folder ??= await mkdtemp(join(tmpdir(), 'countersign-gateway-'));
    const [free = 0] = this.port === undefined ? await freePorts(1) : [this.port];
    this.port = free;
    const { TEMPORAL_ADDRESS = '', TEMPORAL_NAMESPACE = '' } = this.rig.workerEnvironment;
    this.process = await startWorkerProcess({
      program: 'dist/gateway/main.js',
      logFile: this.logFile,
      environment: {
        ...{ TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, COUNTERSIGN_TASK_QUEUE: this.rig.taskQueue },
        COUNTERSIGN_GATEWAY_ADDRESS: `127.0.0.1:${this.port}`,
        COUNTERSIGN_PHALA_WEBHOOK_SECRETS: `${this.secret},whsec_another-one-of-them`,
        COUNTERSIGN_SAFE_WEBHOOK_SECRETS: this.safeSecret,
        COUNTERSIGN_ADOPT: 'all',
        ...environment,
      },
    });
  }

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    const { process } = this;
    this.process = null;
    await process?.stop(10_000);
    return (await process?.exited)?.code ?? null;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Has the simulator send what happens to this gateway, as Phala Cloud does. */
  async subscribe(events: readonly string[] = ['cvm.update.pending_approval']): Promise<void> {
    const { url, apiKey } = this.rig.cloud.simulator;
    const created = await fetch(`${url}/workspace/webhooks`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${this.url}/webhooks/phala`, events, secret: this.secret }),
    });
    if (created.status !== 201) throw new Error(`expected 201, got ${created.status}`);
  }

  /** Delivers an event by hand. */
  async deliver(event: object | string, options: DeliveryOptions = {}): Promise<Answered> {
    const { secret = this.secret, ahead = 0, headers = {}, port = this.port } = options;
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const timestamp = Math.floor(Date.now() / 1000) + ahead;
    const { id = '', event: name = '' } = typeof event === 'string' ? {} : (event as { id?: string; event?: string });
    const signature = `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
    const all: Readonly<Record<string, string | null>> = {
      'content-type': 'application/json',
      'x-webhook-id': id,
      'x-webhook-event': name,
      'x-webhook-timestamp': String(timestamp),
      'x-webhook-signature': signature,
      ...headers,
    };
    const present = Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
    return this.post('/webhooks/phala', body, Object.fromEntries(present), port);
  }

  async post(
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    port: number = this.port,
  ): Promise<Answered> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as AnswerBody };
  }

  private get logFile(): string {
    return join(this.folder, 'gateway.log');
  }
}

/** The event that tells of a prepared update, as Phala Cloud writes it. */
export function pendingEvent(cvm: SimulatedCvm, { composeHash, token }: PreparedElsewhere, changes: object = {}) {
  const { data = {}, ...envelope } = changes as { data?: object };
  return {
    id: `evt_${randomBytes(8).toString('hex')}`,
    event: 'cvm.update.pending_approval',
    version: '1',
    created_at: new Date().toISOString(),
    workspace: { id: 'my-team', name: 'My Team' },
    ...envelope,
    data: {
      ...{ cvm_id: cvm.vmUuid, cvm_name: cvm.name, compose_hash: composeHash, app_id: cvm.appId },
      device_id: cvm.deviceId,
      kms: { chain_id: 31337, contract_address: cvm.appId },
      onchain_action: { to: cvm.appId, method: 'addComposeHash(bytes32)', calldata: composeHash },
      commit_token: token,
      expires_at: new Date(Date.now() + 14 * 86_400_000).toISOString(),
      initiated_by: { user_id: 'u-1', username: 'carol' },
      ...data,
    },
  };
}
