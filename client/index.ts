/** What a service imports to start changes and to talk to them. */
export type { AdoptRequestInput } from '../model/adoptRequest.js';
export type { AllowListRequestInput, AllowListStep } from '../model/allowListRequest.js';
export type { CvmUpdate } from '../model/cvmUpdate.js';
export type { CreatedCvm, CvmDescription } from '../model/descriptions.js';
export type { FailureType } from '../model/failures.js';
export type { ChangeKind } from '../model/kinds.js';
export type { MessageAnswer, MessageInput, MessageName } from '../model/messages.js';
export type { Phase } from '../model/phases.js';
export type { Policy } from '../model/policy.js';
export type { ProvisionRequestInput } from '../model/provisionRequest.js';
export type { Expectation, Proposal, Registration } from '../model/registration.js';
export type { ReplicateRequestInput } from '../model/replicateRequest.js';
export type { SafeProposal, SafeSignature } from '../model/safe.js';
export { safeTypedData } from '../model/safeTypedData.js';
export type { SealingKey } from '../model/sealedEnv.js';
export type { SealedToken } from '../model/sealedToken.js';
export type { ChangeEvent, ChangeResult, ChangeStatus } from '../model/status.js';
export type { TimelockProposal } from '../model/timelock.js';
export type { UpdateRequestInput } from '../model/updateRequest.js';
export type { Adoption } from './adoptUpdate.js';
export { Change, type SendOptions } from './change.js';
export type { ChangeDocuments } from './changeDocuments.js';
export type { ChangeSummary } from './changeSummary.js';
export { type ConnectOptions, connect } from './connect.js';
export { Countersign } from './countersign.js';
export { encryptEnv } from './encryptEnv.js';
export {
  ChangeFailedError,
  ChangeInProgressError,
  ChangeNotFoundError,
  CountersignError,
  EngineFailureError,
  type Holder,
  InvalidInputError,
  MessageRefusedError,
  NoWorkerError,
  TemporalUnreachableError,
} from './errors.js';
export type { ChangeFilter } from './listChanges.js';
export type { PendingWork } from './pendingWork.js';
export { type SealedEnv, sealEnv } from './sealEnv.js';
export { sealToken } from './sealToken.js';
