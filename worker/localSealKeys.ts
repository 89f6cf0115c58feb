import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SealKey } from '../activities/keyRing.js';
import { sealKeysSchema } from './config.js';

/**
 * The key ring of a worker on a laptop: kept in a file that only its user can read, and made there once. Workers that
 * are started beside each other share it.
 *
 * @param file such as `.countersign/seal-keys`
 */
export async function localSealKeys(file: string): Promise<readonly [SealKey, ...SealKey[]]> {
  await mkdir(dirname(file), { recursive: true });
  // Fails where the file is there already: then that one counts, whoever made it.
  await writeFile(file, `local:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return sealKeysSchema.parse((await readFile(file, 'utf8')).trim());
}
