import { z } from 'zod';
import { defaultTaskQueue } from './taskQueues.js';

/** Thrown where the environment of a process does not make a configuration. The message names each variable that is wrong. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** A variable that is set to nothing is not set: so compose files leave one out. */
export const absent = (value: unknown): unknown => (value === '' ? undefined : value);

/** "127.0.0.1:8080", "[::1]:8080": where a process listens. */
export const hostAndPort = z
  .string()
  .regex(/^\[?[\w.:-]+\]?:\d{1,5}$/, 'must be host:port, such as 127.0.0.1:8080')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  });
export type HostAndPort = z.output<typeof hostAndPort>;

/** Variables that each process of a deployment has. */
export const sharedVariables = {
  /** Task queue of the workflows; those of the activities are named after it. */
  COUNTERSIGN_TASK_QUEUE: z.preprocess(absent, z.string().min(1).max(200).default(defaultTaskQueue)),
  COUNTERSIGN_LOG_LEVEL: z.preprocess(absent, z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info')),
};
export type LogLevel = z.output<(typeof sharedVariables)['COUNTERSIGN_LOG_LEVEL']>;
