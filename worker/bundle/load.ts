import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../model/environment.js';

/** Where the build puts the bundle: beside the compiled worker. */
export const bundleFile = fileURLToPath(new URL('../../workflowBundle.js', import.meta.url));

/**
 * The workflow bundle that the build made. It is never made here: a worker that starts with other code than was built
 * and tested is the last thing that a running change needs.
 *
 * @throws ConfigurationError where there is none
 */
export async function loadWorkflowBundle(): Promise<{ readonly codePath: string }> {
  try {
    await access(bundleFile);
    return { codePath: bundleFile };
  } catch {
    throw new ConfigurationError('The workflow bundle is missing. Build it: npm run build.');
  }
}
