import pino from 'pino';

interface LogOptions {
  readonly level: string;
  /** Values that must not appear in any line. */
  readonly secrets: readonly string[];
}

/**
 * Makes the log: one JSON object a line. What came in is never written, only what it was found to be: a payload may hold
 * a live commit token, and an address a secret.
 */
export const createLog = ({ level, secrets }: LogOptions): pino.Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: (line) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), line) },
  });
