import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { UsageError } from './usageError.js';

/** What is known of an update that was prepared elsewhere. */
export interface Prepared {
  /** The token in the clear: it goes no further than to where it is sealed. */
  readonly token: string;
  readonly composeHash?: string;
  readonly appId?: string;
  readonly deviceId?: string;
}

/** What `phala deploy --prepare-only --json` prints, as far as it is needed (phala-cloud-api.md §7). */
const printedSchema = z.object({
  commit_token: z.string().min(1),
  compose_hash: z.string().optional(),
  app_id: z.string().optional(),
  device_id: z.string().optional(),
});

/**
 * Reads the commit token from the environment or from standard input, never from the command line: that one is seen by
 * everybody on the machine, and kept by the shell.
 *
 * @throws UsageError where there is none; the message repeats nothing of what was read
 */
export async function readPrepared(
  environment: NodeJS.ProcessEnv = process.env,
  input: NodeJS.ReadStream = process.stdin,
): Promise<Prepared> {
  const token = environment['COUNTERSIGN_COMMIT_TOKEN']?.trim();
  if (token) return { token };
  if (input.isTTY) {
    throw new UsageError('No commit token was given: set COUNTERSIGN_COMMIT_TOKEN, or give it on standard input.');
  }
  return parsePrepared(await text(input));
}

/** @throws UsageError */
export function parsePrepared(given: string): Prepared {
  const content = given.trim();
  if (content === '') throw new UsageError('Standard input is empty: it is to hold the commit token.');
  if (!content.startsWith('{')) {
    if (/\s/.test(content))
      throw new UsageError('Standard input holds more than one word: it is to hold the token alone.');
    return { token: content };
  }
  const printed = printedSchema.safeParse(parseJson(content));
  if (!printed.success) {
    throw new UsageError(
      'Standard input is not what phala deploy --prepare-only --json prints: commit_token is missing.',
    );
  }
  const { commit_token: commitToken, compose_hash: composeHash, app_id: appId, device_id: deviceId } = printed.data;
  return {
    token: commitToken,
    ...(composeHash !== undefined && { composeHash }),
    ...(appId !== undefined && { appId }),
    ...(deviceId !== undefined && { deviceId }),
  };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // The error of the parser would repeat a part of it.
    return null;
  }
}
