import { z } from 'zod';
import {
  absent,
  ConfigurationError,
  type HostAndPort,
  hostAndPort,
  type LogLevel,
  sharedVariables,
} from '../model/environment.js';
import { describeIssues } from '../model/readFields.js';

/** By comma; each opens the door, so that one can be changed for another without a gap. */
const secrets = z.preprocess(
  absent,
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(z.string().min(16, 'each must be at least 16 characters').max(200))),
);

/** Whose prepared updates are taken up. */
export type AdoptPolicy = 'all' | 'none' | readonly string[];

const adoptSchema = z.preprocess(
  absent,
  z
    .string()
    .default('none')
    .transform((text): AdoptPolicy => {
      const words = text.split(',').flatMap((part) => part.trim() || []);
      const [only = 'none', ...more] = words;
      return more.length === 0 && (only === 'all' || only === 'none') ? only : words;
    })
    .refine(
      (policy) => typeof policy === 'string' || !policy.some((slug) => slug === 'all' || slug === 'none'),
      'must be all, none, or the slugs of workspaces, by comma',
    ),
);

const environmentSchema = z.object({
  // The task queue: the same as the workers'.
  ...sharedVariables,
  /** Where webhooks are received, and health is told; port 0 takes a free one. */
  COUNTERSIGN_GATEWAY_ADDRESS: z.preprocess(absent, hostAndPort.prefault('127.0.0.1:8090')),
  /** Secrets of Phala Cloud's webhooks ("whsec_…"). Without one, none is received. */
  COUNTERSIGN_PHALA_WEBHOOK_SECRETS: secrets,
  /** Whose prepared updates are taken up: `all`, `none`, or slugs of workspaces. */
  COUNTERSIGN_ADOPT: adoptSchema,
  /** Secrets that Safe's webhooks show. Without one, none is received. */
  COUNTERSIGN_SAFE_WEBHOOK_SECRETS: secrets,
});

export interface GatewayConfig {
  readonly taskQueue: string;
  readonly address: HostAndPort;
  readonly phalaSecrets: readonly string[];
  readonly adopt: AdoptPolicy;
  readonly safeSecrets: readonly string[];
  readonly logLevel: LogLevel;
}

/**
 * Reads the gateway's configuration from its environment, Temporal's own part excepted (see `client/connect.ts`).
 *
 * @throws ConfigurationError that names every variable at fault, and repeats no value
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw new ConfigurationError(incomplete(describeIssues(parsed.error)));
  const { data } = parsed;
  const [phalaSecrets, safeSecrets] = [data.COUNTERSIGN_PHALA_WEBHOOK_SECRETS, data.COUNTERSIGN_SAFE_WEBHOOK_SECRETS];
  if (phalaSecrets.length + safeSecrets.length === 0) {
    throw new ConfigurationError(
      incomplete(
        'COUNTERSIGN_PHALA_WEBHOOK_SECRETS, COUNTERSIGN_SAFE_WEBHOOK_SECRETS: one is required, or nothing is received',
      ),
    );
  }
  return {
    taskQueue: data.COUNTERSIGN_TASK_QUEUE,
    address: data.COUNTERSIGN_GATEWAY_ADDRESS,
    phalaSecrets,
    adopt: data.COUNTERSIGN_ADOPT,
    safeSecrets,
    logLevel: data.COUNTERSIGN_LOG_LEVEL,
  };
}

const incomplete = (problems: string): string => `The environment of the gateway is not complete: ${problems}`;
