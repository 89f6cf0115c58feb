import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { oneByOne } from './oneByOne.js';
import { withinTasks } from './withinTasks.js';

/** What stands between the SDK and every workflow: put into the bundle by the path of this file. */
export const interceptors: WorkflowInterceptorsFactory = () => ({ internals: [withinTasks(), oneByOne] });
