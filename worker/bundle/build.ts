import { createHash } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { bundleFile } from './load.js';
import { bundleParts } from './parts.js';

const dist = fileURLToPath(new URL('../../', import.meta.url));
const parts = bundleParts(dist);
const stampFile = `${bundleFile}.stamp`;

/** Names what the bundle is made of: the compiled code of workflows and model, and the installed packages. */
async function stamp(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(parts));
  for (const folder of ['workflows', 'model']) {
    const files = (await readdir(join(dist, folder), { recursive: true }))
      .filter((file) => file.endsWith('.js'))
      .sort();
    for (const file of files) hash.update(file).update(await readFile(join(dist, folder, file)));
  }
  return hash.update(await readFile(join(dist, '../package-lock.json'))).digest('hex');
}

const current = await stamp();
if ((await readFile(stampFile, 'utf8').catch(() => '')) !== current) {
  const { code } = await bundleWorkflowCode({ ...parts, logger: silentLogger() });
  // In one move: a worker that starts meanwhile finds a whole bundle.
  await writeFile(`${bundleFile}.new`, code);
  await rename(`${bundleFile}.new`, bundleFile);
  await writeFile(stampFile, current);
}

/** webpack's chatter is left out; its errors are thrown. */
function silentLogger() {
  const nothing = (): void => {};
  return { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
}
