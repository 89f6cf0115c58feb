import type { Logger, LogLevel } from '@temporalio/worker';
import pino from 'pino';

/** Fields that are never written, wherever they stand in a log line. */
const secretFields = ['apiKey', 'token', 'commitToken', 'encryptedEnv', 'ownerKey', 'secret', 'privateKey'];

interface LogOptions {
  readonly level: string;
  /** Values that must not appear in any line, whatever field or text they stand in. */
  readonly secrets: readonly string[];
  /** Where lines go; default standard output. */
  readonly destination?: pino.DestinationStream;
}

/** Makes the log: one JSON object a line, without secrets. */
export function createLog({ level, secrets, destination }: LogOptions): pino.Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
    hooks: {
      // The last word: text of a library, or of a server, may repeat what it was given.
      streamWrite: (line) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), line),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

const levels: Readonly<Record<LogLevel, pino.Level>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The log, as Temporal's runtime, workflows and activities write to it. */
export function temporalLogger(log: pino.Logger): Logger {
  const write = (level: LogLevel, message: string, meta?: object): void => log[levels[level]](meta ?? {}, message);
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
