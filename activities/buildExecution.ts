import { executionOf } from '../chain/safe/execution.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { activity } from './activity.js';

/** Makes the call that executes what enough owners have signed. Asks nobody: safe to repeat. */
export const createBuildExecution = (): ChainActivities['buildExecution'] =>
  activity(async ({ safe }) => ({ method: 'execTransaction', arguments: [], ...executionOf(safe) }));
