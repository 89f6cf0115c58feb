import { readFile, stat } from 'node:fs/promises';
import type { KeySource } from '../chain/sending/signer.js';
import { ConfigurationError } from '../model/environment.js';
import { privateKeySchema } from './config.js';

/** A key that was read from a file. */
export interface KeyFile {
  readonly key: Extract<KeySource, { readonly privateKey: unknown }>;
  /** Whether anyone on the machine may read the file. */
  readonly open: boolean;
}

/**
 * Reads a private key from a file, such as a mounted secret; white space around it does not count.
 *
 * @param variable the environment variable that names the file, for the error
 * @throws ConfigurationError that names the variable, and repeats nothing of the file
 */
export async function readKeyFile(file: string, variable: string): Promise<KeyFile> {
  const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]).catch((error: unknown) => {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException; // Node's own, of the file system.
    throw new ConfigurationError(`${variable}: the file cannot be read (${code})`);
  });
  const privateKey = privateKeySchema.safeParse(text.trim());
  if (!privateKey.data) throw new ConfigurationError(`${variable}: the file must hold 0x and 64 hex digits`);
  return { key: { privateKey: privateKey.data }, open: (mode & 0o004) !== 0 };
}
