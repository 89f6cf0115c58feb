import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The project's own folder, the same from the sources and from `dist`: the nearest one above that holds its package.json.
 *
 * @throws Error when this code was copied out of the project
 */
export function projectFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    if (packageName(join(folder, 'package.json')) === 'countersign') return folder;
  }
  throw new Error(`No folder above ${here} is the countersign project: the local stack runs from a checkout only.`);
}

function packageName(path: string): unknown {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof content === 'object' && content !== null && 'name' in content ? content.name : undefined;
  } catch {
    return undefined;
  }
}
