import type { Endpoint } from '../server/endpoint.js';
import { batchStatus } from './batchStatus.js';
import { cancelOperation } from './cancelOperation.js';
import { checkAppCvmsIsAllowed } from './checkAppCvmsIsAllowed.js';
import { checkAppIsAllowed } from './checkAppIsAllowed.js';
import { checkCvmIsAllowed } from './checkCvmIsAllowed.js';
import { commitCvmProvision } from './commitCvmProvision.js';
import { commitReplica } from './commitReplica.js';
import { commitUpdate } from './commitUpdate.js';
import { createWebhook } from './createWebhook.js';
import { deleteCvm } from './deleteCvm.js';
import { deleteWebhook } from './deleteWebhook.js';
import { getApp } from './getApp.js';
import { getAppFilterOptions } from './getAppFilterOptions.js';
import { getAppKmsInfo } from './getAppKmsInfo.js';
import { getCommitUpdate } from './getCommitUpdate.js';
import { getComposeFile } from './getComposeFile.js';
import { getCurrentUser } from './getCurrentUser.js';
import { getCvm } from './getCvm.js';
import { getCvmState } from './getCvmState.js';
import { getDeviceAllowlist } from './getDeviceAllowlist.js';
import { getEnvironmentKey } from './getEnvironmentKey.js';
import { getKms } from './getKms.js';
import { getNextAppIds } from './getNextAppIds.js';
import { getOnChainKms } from './getOnChainKms.js';
import { getOperationStatus } from './getOperationStatus.js';
import { getPendingUpdatePreview } from './getPendingUpdatePreview.js';
import { getWebhook } from './getWebhook.js';
import { getWebhookStats } from './getWebhookStats.js';
import { getWorkspace } from './getWorkspace.js';
import { getWorkspaceQuotas } from './getWorkspaceQuotas.js';
import { listAppCvms } from './listAppCvms.js';
import { listAppRevisions } from './listAppRevisions.js';
import { listApps } from './listApps.js';
import { listAvailableNodes } from './listAvailableNodes.js';
import { listCvms } from './listCvms.js';
import { listCvmsPaginated } from './listCvmsPaginated.js';
import { listKms } from './listKms.js';
import { listOperations } from './listOperations.js';
import { listPendingUpdates } from './listPendingUpdates.js';
import { listWebhookDeliveries } from './listWebhookDeliveries.js';
import { listWebhooks } from './listWebhooks.js';
import { listWorkspaceNodes } from './listWorkspaceNodes.js';
import { listWorkspaces } from './listWorkspaces.js';
import { patchCvm } from './patchCvm.js';
import { provisionCvm } from './provisionCvm.js';
import { replicateAppCvm } from './replicateAppCvm.js';
import { replicateCvm } from './replicateCvm.js';
import { resendWebhookDelivery } from './resendWebhookDelivery.js';
import { revealWebhookSecret } from './revealWebhookSecret.js';
import { rotateWebhookSecret } from './rotateWebhookSecret.js';
import { testWebhook } from './testWebhook.js';
import { updateWebhook } from './updateWebhook.js';

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
  batchStatus,
  cancelOperation,
  listPendingUpdates,
  getPendingUpdatePreview,
  checkAppIsAllowed,
  checkCvmIsAllowed,
  checkAppCvmsIsAllowed,
  getDeviceAllowlist,
  listAppRevisions,
  listWorkspaces,
  getWorkspace,
  getWorkspaceQuotas,
  listWebhooks,
  createWebhook,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  revealWebhookSecret,
  rotateWebhookSecret,
  testWebhook,
  listWebhookDeliveries,
  resendWebhookDelivery,
  getWebhookStats,
  provisionCvm,
  commitCvmProvision,
  deleteCvm,
  replicateCvm,
  replicateAppCvm,
  commitReplica,
  listApps,
  getAppFilterOptions,
  getApp,
  listAppCvms,
  listAvailableNodes,
  listWorkspaceNodes,
  getOnChainKms,
  getNextAppIds,
];
