import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const stagingPrefix = 'staging-';

/** Leftovers of this age, in milliseconds, belong to nobody: no download or build takes a day. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Obtains a file in a temporary folder of the cache and moves it into place in one step, so that nobody ever sees half
 * of it: not when this process is killed, and not when another does the same at once (the last one wins, with the same
 * content). What a killed process left behind is removed a day later.
 *
 * @param cache - the cache folder, made when missing
 * @param destination - where the file goes, inside the cache folder (a rename must not cross file systems)
 * @param obtain - puts the file somewhere into the folder given, checks it, and answers its path
 */
export async function placeInCache(
  cache: string,
  destination: string,
  obtain: (staging: string) => Promise<string>,
): Promise<void> {
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const staging = await mkdtemp(join(cache, stagingPrefix));
  try {
    const file = await obtain(staging);
    await chmod(file, 0o755);
    await mkdir(dirname(destination), { recursive: true });
    await rename(file, destination);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function removeAbandoned(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(stagingPrefix));
  for (const path of names.map((name) => join(cache, name))) {
    const made = await stat(path).catch(() => undefined);
    // Gone in between: another process tidied up or finished.
    if (made === undefined) continue;
    if (Date.now() - made.mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}
