import type { Countersign } from '../client/countersign.js';
import { TemporalUnreachableError } from '../client/errors.js';
import { connect } from '../client/index.js';
import { ConfigurationError } from '../model/environment.js';
import { unavailable } from './answer.js';
import { type GatewayConfig, readConfig } from './config.js';
import { createGateway, type Route } from './createGateway.js';
import { Deliveries } from './deliveries.js';
import { createLog } from './logging.js';
import { type PhalaReceiver, receivePhala } from './phala/receive.js';
import { takeUp } from './phala/takeUp.js';
import { receiveSafe, type SafeReceiver } from './safe/receive.js';
import { tellOfQueue, tellWaiting } from './safe/tellWaiting.js';
import { SealingKeys } from './sealingKeys.js';

/**
 * Boots the gateway. Exits with 0 after a graceful stop (SIGINT, SIGTERM), with 1 where it failed, and with 2 where the
 * configuration does not do or Temporal does not answer.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const stopped = untilAskedToStop();
  const log = createLog({ level: config.logLevel, secrets: [...config.phalaSecrets, ...config.safeSecrets] });
  const countersign = await connect({ taskQueue: config.taskQueue });
  try {
    const routes = routesOf(config, countersign);
    const server = createGateway({ routes, check: () => countersign.check(), log });
    const url = await server.listen(config.address);
    try {
      log.info({ url, paths: routes.map(({ path }) => path), adopt: config.adopt }, 'ready');
      await stopped;
    } finally {
      await server.close();
    }
    log.info('stopped');
  } finally {
    await countersign.close();
  }
}

function routesOf(config: GatewayConfig, countersign: Countersign): readonly Route[] {
  const deliveries = new Deliveries();
  return [...phalaRoutes(config, countersign, deliveries), ...safeRoutes(config, countersign, deliveries)];
}

function phalaRoutes(
  { phalaSecrets: secrets, adopt }: GatewayConfig,
  countersign: Countersign,
  deliveries: Deliveries,
): readonly Route[] {
  if (secrets.length === 0) return [];
  const keys = new SealingKeys(() => countersign.sealingKey());
  const tools = { countersign, adopt, sealingKey: () => keys.current() };
  const receiver: PhalaReceiver = { secrets, deliveries, takeUp: (approval) => takeUp(tools, approval) };
  return [
    {
      path: '/webhooks/phala',
      sender: 'phala',
      // Phala Cloud waits ten seconds. The ids are the same when the delivery comes again.
      patience: 8_000,
      late: unavailable('It could not be handed on in time. Send it again.'),
      receive: ({ headers, body }) => receivePhala(receiver, { headers, body: body ?? Buffer.alloc(0) }),
    },
  ];
}

function safeRoutes(
  { safeSecrets: secrets }: GatewayConfig,
  countersign: Countersign,
  deliveries: Deliveries,
): readonly Route[] {
  if (secrets.length === 0) return [];
  const receiver: SafeReceiver = {
    secrets,
    deliveries,
    tell: (executed) => tellWaiting(countersign, executed),
    tellOfQueue: (event) => tellOfQueue(countersign, event),
  };
  return ['/webhooks/safe', '/webhooks/safe/:secret'].map((path) => ({
    path,
    sender: 'safe',
    // Safe's events service waits two seconds, and sends no more to whoever is late too often. A hint may be lost.
    patience: 1_500,
    late: { status: 202, body: { outcome: 'hinted', reason: 'The changes that wait are being told.' } },
    receive: ({ headers: { authorization }, params: { secret }, body }) =>
      receiveSafe(receiver, { authorization, path: secret, body: body ?? Buffer.alloc(0) }),
  }));
}

const untilAskedToStop = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

main().catch((error: unknown) => {
  const configuration = error instanceof ConfigurationError || error instanceof TemporalUnreachableError;
  const text = configuration ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = configuration ? 2 : 1;
});
