import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { UsageError } from './usageError.js';

/** A file may not be larger: nothing that a CVM takes is. */
const largest = 1024 * 1024;

/** @throws UsageError where the file cannot be read, is not UTF-8, or is far too large */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    );
  });
  if (bytes.length > largest) throw new UsageError(`${file} is larger than 1 MiB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8 text.`);
  }
}

/**
 * Reads environment variables: NAME=value lines, quotes and comments as Node's own `--env-file` reads them.
 *
 * @throws UsageError that names the variable, never its value
 */
export async function readEnvFile(file: string): Promise<Readonly<Record<string, string>>> {
  const text = await readTextFile(file);
  // A plain object cannot hold it, and leaving a variable out in silence would be worse.
  if (/^\s*(export\s+)?__proto__\s*=/m.test(text)) throw new UsageError(`${file}: __proto__ cannot be a variable.`);
  const variables = Object.entries(parseEnv(text)).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  for (const [name] of variables) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new UsageError(`${file}: ${JSON.stringify(name.slice(0, 40))} is not the name of a variable.`);
    }
  }
  if (variables.length === 0) throw new UsageError(`${file} has no variable in it.`);
  return Object.fromEntries(variables);
}
