import ms from 'ms';
import { z } from 'zod';
import type { NotificationTarget } from '../activities/notifications/target.js';
import {
  absent,
  ConfigurationError,
  type HostAndPort,
  hostAndPort,
  type LogLevel,
  sharedVariables,
} from '../model/environment.js';
import { type Address, addressSchema } from '../model/hex.js';
import { announceable, announcedByDefault } from '../model/notification.js';
import { longestPatience } from '../model/policy.js';
import type { FeePolicy } from '../chain/sending/fees.js';
import type { KeySource } from '../chain/sending/signer.js';
import { describeIssues } from '../model/readFields.js';
import { publicApi } from '../phala/phalaApi.js';

const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(absent, schema.optional());

const hasNoCredentials = (text: string): boolean => {
  // What is no URL at all is said already.
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  return username === '' && password === '';
};

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const sealKey = z
  .string()
  .regex(/^[\w.-]{1,64}:[A-Za-z0-9+/_-]{43}=?$/, 'must be id:key, the key being 32 bytes in base64')
  .transform((text) => {
    const colon = text.indexOf(':');
    return { id: text.slice(0, colon), secret: new Uint8Array(Buffer.from(text.slice(colon + 1), 'base64')) };
  });

/** "id:base64,id:base64": the first seals, all unseal. */
export const sealKeysSchema = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.tuple([sealKey], sealKey));

/** A private key as people give it. */
export const privateKeySchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
  .transform((text) => text as `0x${string}`); // The pattern has just checked the prefix.

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(url).min(1));

/** "1d,4h": spans of time, from a second to a year, in milliseconds. `none`: no span. */
const spans = z
  .string()
  .transform((text) => (text.trim() === 'none' ? [] : text.split(',').map((part) => part.trim())))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^\d+(\.\d+)? ?[a-z]+$/i)
        .transform((text) => ms(text as ms.StringValue)) // What it does not know it answers as undefined.
        .pipe(z.number().min(1_000).max(longestPatience)),
      { error: 'must be spans of time by comma, from 1s to 365d, such as 1d,4h, or none' },
    ),
  );

const announced = z
  .string()
  .transform((text) => (text.trim() === 'none' ? [] : text.split(',').map((part) => part.trim())))
  .pipe(z.array(z.enum(announceable, { error: `must be of ${announceable.join(', ')}; or none` })));

const environmentSchema = z.object({
  /** `production` wants a key ring of its own and a bundle that was built ahead. */
  NODE_ENV: z.string().optional(),
  ...sharedVariables,
  /** Base URL of the API, with /api/v1; as the official tools read it. */
  PHALA_CLOUD_API_PREFIX: z.preprocess(absent, url.default(publicApi)),
  /** API key of the workspace; as the official tools read it. */
  PHALA_CLOUD_API_KEY: z.preprocess(
    absent,
    z.string({ error: 'is required: the API key of the Phala Cloud workspace' }),
  ),
  /** Activities a second that call the API, over all workers of the queue. */
  COUNTERSIGN_PHALA_RATE: z.preprocess(absent, z.coerce.number().positive().max(1_000).default(10)),
  /** The key that owns app contracts: itself, a file with it, or the JSON-RPC signer that holds it. Without any, owners register themselves. */
  COUNTERSIGN_OWNER_KEY: optional(privateKeySchema),
  COUNTERSIGN_OWNER_KEY_FILE: optional(z.string()),
  COUNTERSIGN_OWNER_SIGNER_URL: optional(url),
  COUNTERSIGN_OWNER_ADDRESS: optional(addressSchema),
  /** The highest fee for a unit of gas that a transaction may offer, in gwei. */
  COUNTERSIGN_MAX_FEE_GWEI: z.preprocess(absent, z.coerce.number().positive().max(1_000_000).default(500)),
  /** Seconds after which a transaction that blocks pass over is replaced by one with higher fees. */
  COUNTERSIGN_FEE_BUMP_SECONDS: z.preprocess(absent, z.coerce.number().min(1).max(86_400).default(60)),
  /** The key that executes Safe transactions once enough owners have signed. Without it, anyone may. */
  COUNTERSIGN_RELAYER_KEY: optional(privateKeySchema),
  /** Shown to Safe's Transaction Services; those of Safe itself ask for one. */
  COUNTERSIGN_SAFE_SERVICE_KEY: optional(z.string().regex(/^[\x21-\x7e]+$/, 'must be one word')),
  /** The key, of an owner or of a delegate of one, that puts transactions into the queue of a Safe. Without it, it is only followed. */
  COUNTERSIGN_SAFE_PROPOSER_KEY: optional(privateKeySchema),
  /** Key ring for what is sealed in histories. */
  COUNTERSIGN_SEAL_KEYS: optional(sealKeysSchema),
  /** Where notifications are posted to, and the secret that signs them. */
  COUNTERSIGN_NOTIFY_URL: optional(url.refine(hasNoCredentials, 'must carry no user and no password')),
  COUNTERSIGN_NOTIFY_SECRET: optional(z.string().min(16, 'must be at least 16 characters')),
  COUNTERSIGN_NOTIFY_FORMAT: z.preprocess(absent, z.enum(['json', 'slack']).default('json')),
  /** What is told beside the ends. */
  COUNTERSIGN_NOTIFY_ON: z.preprocess(absent, announced.default([...announcedByDefault])),
  /** When people are reminded of a wait: after its beginning, then after each other, the last one again and again. */
  COUNTERSIGN_NOTIFY_REMINDERS: z.preprocess(absent, spans.prefault('1d,2d,7d')),
  COUNTERSIGN_NOTIFY_BEFORE_DEADLINE: z.preprocess(absent, spans.prefault('3d,1d,4h')),
  COUNTERSIGN_NOTIFY_BEFORE_TOKEN_EXPIRY: z.preprocess(absent, spans.prefault('1d')),
  /** Base URL of the Temporal Web UI, which notifications link to. */
  COUNTERSIGN_TEMPORAL_UI: optional(url),
  /** Seconds between looks of the watchers at the newest block; 0: this worker starts no watcher. */
  COUNTERSIGN_WATCH_INTERVAL: z.preprocess(
    absent,
    z.coerce
      .number('must be a number of seconds')
      .refine((seconds) => seconds === 0 || (seconds >= 0.1 && seconds <= 60), 'must be 0 or 0.1 to 60 seconds')
      .default(1),
  ),
  /** Address of /livez and /readyz; port 0 takes a free one. */
  COUNTERSIGN_HEALTH_ADDRESS: z.preprocess(absent, hostAndPort.prefault('127.0.0.1:0')),
  /** Address of the Prometheus metrics; none without it. */
  COUNTERSIGN_METRICS_ADDRESS: optional(hostAndPort),
});

const rpcVariable = /^COUNTERSIGN_RPC_URL_(\d+)$/;
const multiSendVariable = /^COUNTERSIGN_MULTISEND_(\d+)$/;
const safeServiceVariable = /^COUNTERSIGN_SAFE_SERVICE_URL_(\d+)$/;

/** Whoever leaves `/api` out would be answered with pages for people. */
const safeServiceUrl = url
  .refine(hasNoCredentials, 'must carry no user and no password')
  .refine((text) => /\/api\/*$/.test(text), 'must end with /api');

/** The values of all variables of a name that ends with a chain id, and what is wrong with them. */
function perChain<Schema extends z.ZodType>(
  environment: Readonly<Record<string, string | undefined>>,
  variable: RegExp,
  schema: Schema,
): { readonly values: ReadonlyMap<number, z.output<Schema>>; readonly problems: readonly string[] } {
  const values = new Map<number, z.output<Schema>>();
  const problems: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (!variable.test(name) || !value) continue;
    const parsed = schema.safeParse(value);
    if (parsed.success) values.set(Number(name.replace(variable, '$1')), parsed.data);
    else problems.push(`${name}: ${describeIssues(parsed.error)}`);
  }
  return { values, problems };
}

export interface WorkerConfig {
  readonly production: boolean;
  readonly taskQueue: string;
  readonly phala: { readonly baseUrl: string; readonly apiKey: string; readonly activitiesPerSecond: number };
  /** Chain id → RPC URLs, in the order in which they are asked. */
  readonly rpcUrls: ReadonlyMap<number, readonly string[]>;
  /** Chain id → MultiSendCallOnly, where it stands elsewhere than Safe deploys it. */
  readonly multiSends: ReadonlyMap<number, Address>;
  readonly ownerKey: KeySource | null;
  /** The file that has the owner key; null where there is none. It is read at the start. */
  readonly ownerKeyFile: string | null;
  readonly relayerKey: KeySource | null;
  readonly safeServices: {
    /** Chain id → Safe's Transaction Service of that chain, up to `/api`. Empty: none is used. */
    readonly urls: ReadonlyMap<number, string>;
    readonly apiKey: string | null;
    /** Null: the queues are followed only. */
    readonly proposerKey: `0x${string}` | null;
  };
  readonly fees: FeePolicy;
  /** Null where none is configured. */
  readonly sealKeys: z.output<typeof sealKeysSchema> | null;
  readonly notifications: NotificationTarget | null;
  /** Milliseconds between looks at the newest block of each chain; null: no watchers are started. */
  readonly watchInterval: number | null;
  readonly healthAddress: HostAndPort;
  readonly metricsAddress: HostAndPort | null;
  readonly logLevel: LogLevel;
}

/**
 * Reads the worker's configuration from its environment, Temporal's own part excepted (see `temporal.ts`).
 *
 * @throws ConfigurationError that names every variable at fault, and repeats no value
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const parsed = environmentSchema.safeParse(environment);
  const rpcUrls = perChain(environment, rpcVariable, list);
  const multiSends = perChain(environment, multiSendVariable, addressSchema);
  const safeServices = perChain(environment, safeServiceVariable, safeServiceUrl);
  const problems = [
    ...(parsed.error ? [describeIssues(parsed.error)] : []),
    ...rpcUrls.problems,
    ...multiSends.problems,
    ...safeServices.problems,
    ...(parsed.data ? contradictions(parsed.data) : []),
    ...(parsed.data ? ofNoService(parsed.data, safeServices.values, rpcUrls.values) : []),
  ];
  if (!parsed.data || problems.length > 0) {
    throw new ConfigurationError(`The environment of the worker is not complete: ${problems.join('; ')}`);
  }
  const { data } = parsed;
  return {
    production: data.NODE_ENV === 'production',
    taskQueue: data.COUNTERSIGN_TASK_QUEUE,
    phala: {
      baseUrl: data.PHALA_CLOUD_API_PREFIX,
      apiKey: data.PHALA_CLOUD_API_KEY,
      activitiesPerSecond: data.COUNTERSIGN_PHALA_RATE,
    },
    rpcUrls: rpcUrls.values,
    multiSends: multiSends.values,
    ownerKey: ownerKeyOf(data),
    relayerKey: data.COUNTERSIGN_RELAYER_KEY ? { privateKey: data.COUNTERSIGN_RELAYER_KEY } : null,
    safeServices: {
      urls: safeServices.values,
      apiKey: data.COUNTERSIGN_SAFE_SERVICE_KEY ?? null,
      proposerKey: data.COUNTERSIGN_SAFE_PROPOSER_KEY ?? null,
    },
    ownerKeyFile: data.COUNTERSIGN_OWNER_KEY_FILE ?? null,
    fees: {
      ceiling: BigInt(Math.round(data.COUNTERSIGN_MAX_FEE_GWEI * 1e9)),
      patience: data.COUNTERSIGN_FEE_BUMP_SECONDS * 1_000,
    },
    sealKeys: data.COUNTERSIGN_SEAL_KEYS ?? null,
    notifications: notificationsOf(data),
    watchInterval: data.COUNTERSIGN_WATCH_INTERVAL === 0 ? null : data.COUNTERSIGN_WATCH_INTERVAL * 1_000,
    healthAddress: data.COUNTERSIGN_HEALTH_ADDRESS,
    metricsAddress: data.COUNTERSIGN_METRICS_ADDRESS ?? null,
    logLevel: data.COUNTERSIGN_LOG_LEVEL,
  };
}

function notificationsOf(data: z.output<typeof environmentSchema>): NotificationTarget | null {
  const { COUNTERSIGN_NOTIFY_URL: url, COUNTERSIGN_NOTIFY_SECRET: secret = null } = data;
  if (url === undefined) return null;
  return {
    url,
    secret,
    format: data.COUNTERSIGN_NOTIFY_FORMAT,
    announced: data.COUNTERSIGN_NOTIFY_ON,
    schedule: {
      reminders: data.COUNTERSIGN_NOTIFY_REMINDERS,
      beforeDeadline: data.COUNTERSIGN_NOTIFY_BEFORE_DEADLINE,
      beforeTokenExpiry: data.COUNTERSIGN_NOTIFY_BEFORE_TOKEN_EXPIRY,
    },
    temporalUi: data.COUNTERSIGN_TEMPORAL_UI ?? null,
  };
}

type Environment = z.output<typeof environmentSchema>;

function ownerKeyOf(data: Environment): KeySource | null {
  const { COUNTERSIGN_OWNER_KEY: privateKey, COUNTERSIGN_OWNER_SIGNER_URL: signerUrl } = data;
  if (privateKey) return { privateKey };
  return signerUrl ? { signerUrl, address: data.COUNTERSIGN_OWNER_ADDRESS ?? null } : null;
}

const keyVariables = ['COUNTERSIGN_OWNER_KEY', 'COUNTERSIGN_OWNER_KEY_FILE', 'COUNTERSIGN_OWNER_SIGNER_URL'] as const;

function contradictions(data: Environment): string[] {
  const problems: string[] = [];
  const given = keyVariables.filter((name) => data[name] !== undefined);
  if (given.length > 1) problems.push(`${given.join(' and ')}: name one key in several ways; give one of them`);
  if (data.COUNTERSIGN_OWNER_ADDRESS && !data.COUNTERSIGN_OWNER_SIGNER_URL) {
    problems.push(
      'COUNTERSIGN_OWNER_ADDRESS: says which key of a signer is used; give COUNTERSIGN_OWNER_SIGNER_URL, too, or leave it out',
    );
  }
  if (data.NODE_ENV === 'production' && !data.COUNTERSIGN_SEAL_KEYS) {
    problems.push(
      'COUNTERSIGN_SEAL_KEYS: is required in production: id:key, made for example with: echo "k1:$(openssl rand -base64 32)"',
    );
  }
  const [to, secret] = [data.COUNTERSIGN_NOTIFY_URL !== undefined, data.COUNTERSIGN_NOTIFY_SECRET !== undefined];
  // Of Slack's webhooks the URL itself is the secret, and nobody there looks at a signature.
  if ((secret && !to) || (to && !secret && data.COUNTERSIGN_NOTIFY_FORMAT !== 'slack')) {
    problems.push('COUNTERSIGN_NOTIFY_URL and COUNTERSIGN_NOTIFY_SECRET: belong together, one is missing');
  }
  return problems;
}

/** What belongs to Safe's Transaction Services, and leads nowhere as it is. */
function ofNoService(
  data: Environment,
  services: ReadonlyMap<number, string>,
  rpcUrls: ReadonlyMap<number, readonly string[]>,
): string[] {
  const unused = (['COUNTERSIGN_SAFE_SERVICE_KEY', 'COUNTERSIGN_SAFE_PROPOSER_KEY'] as const).filter(
    (name) => services.size === 0 && data[name] !== undefined,
  );
  return [
    ...unused.map(
      (name) => `${name}: is for a service; give COUNTERSIGN_SAFE_SERVICE_URL_<chain id>, too, or leave it out`,
    ),
    ...[...services.keys()]
      .filter((id) => !rpcUrls.has(id))
      .map(
        (id) =>
          `COUNTERSIGN_SAFE_SERVICE_URL_${id}: is of a chain that is not read; give COUNTERSIGN_RPC_URL_${id}, too`,
      ),
  ];
}
