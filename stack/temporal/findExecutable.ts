import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Looks a program up on a PATH, as a shell does.
 *
 * @param name - the program's name, without a folder
 * @param env - the environment whose `PATH` is searched
 * @returns every executable file of that name, the one that a shell would run first
 */
export async function findExecutables(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const paths = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, name)]));
  const executable = await Promise.all([...new Set(paths)].map(isExecutableFile));
  return [...new Set(paths)].filter((_, index) => executable[index]);
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
