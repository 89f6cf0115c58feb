import { join } from 'node:path';
import type { BundleOptions } from '@temporalio/worker';

/**
 * What the workflow bundle is made of.
 *
 * @param folder of the compiled code: the one in which `workflows` and `model` are
 */
export const bundleParts = (
  folder: string,
): Pick<BundleOptions, 'workflowsPath' | 'workflowInterceptorModules' | 'preloadModules'> => ({
  workflowsPath: join(folder, 'workflows/index.js'),
  workflowInterceptorModules: [join(folder, 'workflows/interceptors.js')],
  // Loaded once for all workflows of a worker instead of once for each (temporal.md, checklist 46).
  preloadModules: [join(folder, 'workflows/sharedSchemas.js')],
});
