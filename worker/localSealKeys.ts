import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where workers on a laptop keep their key ring, below the folder that they are started in. */
export const localSealKeysFile = '.countersign/seal-keys';

/**
 * A key ring for a laptop, as COUNTERSIGN_SEAL_KEYS takes it: kept in a file that only its user can read, and made there
 * once. Workers that are started beside each other share it.
 */
export async function localSealKeys(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  // Fails where the file is there already: then that one counts, whoever made it.
  await writeFile(file, `local:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return (await readFile(file, 'utf8')).trim();
}
