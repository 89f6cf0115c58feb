import type { Endpoint } from '../server/endpoint.js';
import { commitUpdate } from './commitUpdate.js';
import { getAppKmsInfo } from './getAppKmsInfo.js';
import { getCommitUpdate } from './getCommitUpdate.js';
import { getComposeFile } from './getComposeFile.js';
import { getCurrentUser } from './getCurrentUser.js';
import { getCvm } from './getCvm.js';
import { getCvmState } from './getCvmState.js';
import { getEnvironmentKey } from './getEnvironmentKey.js';
import { getKms } from './getKms.js';
import { getOperationStatus } from './getOperationStatus.js';
import { listCvms } from './listCvms.js';
import { listCvmsPaginated } from './listCvmsPaginated.js';
import { listKms } from './listKms.js';
import { listOperations } from './listOperations.js';
import { patchCvm } from './patchCvm.js';

/** Every endpoint under /api/v1 that the simulator has. */
export const ENDPOINTS: readonly Endpoint[] = [
  getCvm,
  listCvms,
  listCvmsPaginated,
  getComposeFile,
  getCvmState,
  listOperations,
  getOperationStatus,
  patchCvm,
  commitUpdate,
  getCommitUpdate,
  getAppKmsInfo,
  listKms,
  getKms,
  getEnvironmentKey,
  getCurrentUser,
];
