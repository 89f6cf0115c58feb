import type { Countersign } from '../client/countersign.js';
import { Failure } from '../model/failure.js';
import { changeUrl, readSurroundings } from './environment.js';
import { exitCodes } from './exitCodes.js';
import { Output } from './output.js';
import { UsageError } from './usageError.js';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** What a command works with. */
export interface Command {
  readonly countersign: Countersign;
  readonly output: Output;
  /** The page of a change in the Web UI, or null. */
  url(change: { readonly change: string; readonly runId: string }): string | null;
}

/**
 * Runs a command against Temporal and ends the process with its exit code. Everything heavy is loaded here, so that
 * `--help` answers at once.
 */
export const run = (options: CommonOptions, command: (tools: Command) => Promise<number>): Promise<void> =>
  runLocally(options, async (output) => {
    const surroundings = readSurroundings(process.env);
    if (surroundings.localStack) output.progress('(the local stack of this folder: .countersign/stack.json)');
    const { connect } = await import('../client/connect.js');
    const countersign = await connect({ environment: surroundings.environment });
    const namespace = surroundings.environment['TEMPORAL_NAMESPACE'] ?? 'default';
    try {
      return await command({ countersign, output, url: (change) => changeUrl(surroundings, namespace, change) });
    } finally {
      await countersign.close();
    }
  });

/** Runs a command that does without Temporal, and ends the process with its exit code. */
export async function runLocally(
  { json = false }: CommonOptions,
  command: (output: Output) => Promise<number>,
): Promise<void> {
  const output = new Output(json);
  try {
    process.exitCode = await command(output);
  } catch (error) {
    process.exitCode = await reportError(error, output);
  }
}

/** Says what happened, whether anything took effect, and what to do. */
async function reportError(error: unknown, output: Output): Promise<number> {
  const errors = await import('../client/errors.js');
  if (error instanceof UsageError) {
    report(output, { type: 'InvalidInput', message: error.message, effect: 'none', remedy: 'Nothing was sent.' });
    return exitCodes.invalid;
  }
  if (error instanceof Failure) {
    const { type, message, details } = error;
    report(output, { type, message, effect: details.effect, remedy: details.remedy });
    return exitCodes.refused;
  }
  if (!(error instanceof errors.CountersignError)) {
    const message = error instanceof Error ? error.message : String(error);
    report(output, { type: 'Unexpected', message, effect: 'unknown', remedy: 'This is a bug: please report it.' });
    return exitCodes.unexpected;
  }
  const { message, effect, remedy } = error;
  const holder = error instanceof errors.ChangeInProgressError ? { holder: error.holder } : {};
  report(output, { type: typeOf(error), message, effect, remedy, ...holder });
  if (error instanceof errors.InvalidInputError) return exitCodes.invalid;
  if (error instanceof errors.ChangeInProgressError || error instanceof errors.MessageRefusedError) {
    return exitCodes.refused;
  }
  if (error instanceof errors.ChangeNotFoundError) return exitCodes.notFound;
  if (error instanceof errors.EngineFailureError && error.type === 'CvmNotFound') return exitCodes.notFound;
  if (error instanceof errors.TemporalUnreachableError || error instanceof errors.NoWorkerError) {
    return exitCodes.unreachable;
  }
  return exitCodes.failed;
}

interface ReportedError {
  readonly type: string;
  readonly message: string;
  readonly effect: 'none' | 'taken' | 'unknown';
  readonly remedy: string;
}

const effects = {
  none: 'Nothing took effect.',
  taken: 'It took effect.',
  unknown: 'Whether it took effect is not known.',
} as const;

function report(output: Output, error: ReportedError): void {
  const { type, message, effect, remedy } = error;
  output.error(error, `${type}: ${message}\n${effects[effect]} ${remedy}`);
}

const typeOf = (error: Error): string => ('type' in error && typeof error.type === 'string' ? error.type : error.name);
