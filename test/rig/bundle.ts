import { join } from 'node:path';
import { projectFolder } from '../../stack/projectFolder.js';

/** The workflow bundle that workers run in production, made by the build: what is tested is what ships. */
export const bundleFile = join(projectFolder(), 'dist/workflowBundle.js');
