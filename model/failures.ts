/**
 * What a failure means for a change. The class is the retry policy:
 * - `transient`: tried again with backoff, for as long as it takes
 * - `pending`: not there yet; asked again later, and no failure in any metric
 * - `operator`: somebody has to put something right; the change is `blocked` until `retry`
 * - `hold`: policy asks a person to look before the change goes on; `blocked` until `retry`
 * - `request`: what was asked for is wrong; fails the change while nothing is registered, blocks it after
 * - `final`: the change cannot be carried out any more
 * - `expired`: what was prepared is void; prepare again
 * - `unregistered`: the registration is gone, not seen, or another's to make; back to verifying
 * - `refused`: a message was not accepted; the change goes on as before
 */
export type FailureClass =
  | 'transient'
  | 'pending'
  | 'operator'
  | 'hold'
  | 'request'
  | 'final'
  | 'expired'
  | 'unregistered'
  | 'refused';

interface FailureMeaning {
  readonly class: FailureClass;
  /** What the person who reads it can do. */
  readonly remedy: string;
}

const nothing = 'Nothing to do: it is tried again by itself.';

/** Every failure by name, with its class and the way out. The name is `ApplicationFailure.type` on the wire. */
export const failures = {
  // The Phala Cloud API
  PhalaUnavailable: { class: 'transient', remedy: nothing },
  PhalaRateLimited: { class: 'transient', remedy: nothing },
  CvmBusy: { class: 'transient', remedy: 'Nothing to do: it is tried again when the other operation has ended.' },
  TransactionNotVerified: { class: 'transient', remedy: nothing },
  PhalaUnauthorized: { class: 'operator', remedy: 'Give the worker a valid PHALA_CLOUD_API_KEY, then retry.' },
  PhalaForbidden: {
    class: 'operator',
    remedy: 'Use an API key of the workspace that the CVM belongs to, then retry.',
  },
  PhalaQuotaExceeded: { class: 'operator', remedy: 'Raise the quota or top up the workspace, then retry.' },
  PhalaAnswerUnreadable: {
    class: 'operator',
    remedy: 'The API answered in a shape this release does not know. Update Countersign, then retry.',
  },
  RequestRefused: { class: 'request', remedy: 'Correct what the message names, and request a new change.' },
  CvmNotFound: { class: 'final', remedy: 'Check the CVM id and the workspace of the API key.' },
  OperationFailed: {
    class: 'final',
    remedy: 'Look at the CVM in the dashboard; request a new change when it is well.',
  },
  CvmRunsAnotherHash: {
    class: 'final',
    remedy: 'Somebody else changed the CVM after the commit. Compare the hashes before you request a new change.',
  },
  CvmDidNotStart: {
    class: 'final',
    remedy: 'The CVM was made and does not run. Look at it in the dashboard; start or delete it there.',
  },
  AppNotFound: { class: 'final', remedy: 'Check the app id and the workspace of the API key.' },
  NodeNotFound: {
    class: 'request',
    remedy: 'Name a node that the workspace can use, by its number or its name; the message lists them.',
  },
  KmsNotFound: { class: 'request', remedy: 'Name a KMS by its id or slug; the message lists them.' },
  ComposeHashAmbiguous: {
    class: 'request',
    remedy: 'Say which configuration is to be replicated: give its compose hash.',
  },
  CvmNameTaken: { class: 'request', remedy: 'Choose another name: a CVM of the workspace has this one.' },
  AppIdTaken: {
    class: 'request',
    remedy: 'Another configuration uses this app id. Leave it out, or update the CVM that has it.',
  },
  ResourcesInsufficient: {
    class: 'operator',
    remedy: 'The node has no room for the CVM. Make room and retry, or cancel and ask for another node.',
  },
  PreparationExpired: { class: 'expired', remedy: 'Nothing to do: it is prepared again.' },
  CommitTokenVoid: {
    class: 'request',
    remedy:
      'Prepare the same update again with your tool, and give the new token: countersign adopt. A change that runs takes it up, and nobody signs twice.',
  },
  RegistrationRequired: { class: 'unregistered', remedy: 'Nothing to do: the registration is verified again.' },
  ComposeHashNotAllowed: { class: 'unregistered', remedy: 'Nothing to do: the registration is verified again.' },
  OperationPending: { class: 'pending', remedy: nothing },

  // The chain
  ChainUnavailable: { class: 'transient', remedy: nothing },
  ChainNotConfigured: { class: 'operator', remedy: 'Set COUNTERSIGN_RPC_URL_<chain id> for the worker, then retry.' },
  ChainMismatch: {
    class: 'operator',
    remedy: 'Point COUNTERSIGN_RPC_URL_<chain id> at a node of that chain, then retry.',
  },
  AppContractMissing: {
    class: 'operator',
    remedy: 'There is no contract at the app id. Check the chain behind COUNTERSIGN_RPC_URL_<chain id>, then retry.',
  },
  AppContractUnknown: {
    class: 'operator',
    remedy:
      'Find out which contract governs the app, and that it is a DstackApp. Nobody should sign before; then retry.',
  },
  AppContractOwnerless: {
    class: 'final',
    remedy: 'The ownership was renounced: the app stays as it is for good. Ask for a new CVM with an app of its own.',
  },
  SafeBatchContractUnknown: {
    class: 'operator',
    remedy:
      'Set COUNTERSIGN_MULTISEND_<chain id> to a MultiSendCallOnly that Safe has published, or unset it; then retry.',
  },
  RegistrationPending: { class: 'pending', remedy: 'Make the calls that the proposal names.' },
  FinalityPending: { class: 'pending', remedy: nothing },
  RegistrationGone: { class: 'unregistered', remedy: 'Make the calls that the proposal names, again.' },
  OwnerChanged: { class: 'unregistered', remedy: 'Nothing to do: the present owner is asked.' },
  OwnerKeyMissing: {
    class: 'operator',
    remedy: 'Give the worker the key of the contract owner (COUNTERSIGN_OWNER_KEY), then retry.',
  },
  SignerUnavailable: { class: 'transient', remedy: nothing },
  SignerRefused: {
    class: 'operator',
    remedy: 'Have the signer allow what the message names, or name another key, then retry.',
  },
  SignerAnswerWrong: {
    class: 'operator',
    remedy: 'The signer signed something else than it was asked for; nothing was sent. Find out why, then retry.',
  },
  FeeCeilingReached: {
    class: 'operator',
    remedy: 'Wait until the chain is cheaper, or raise COUNTERSIGN_MAX_FEE_GWEI for the worker.',
  },
  OwnerKeyBalanceTooLow: { class: 'operator', remedy: 'Send some of the chain’s coin to the owner key, then retry.' },
  OwnerKeyTransactionReverted: {
    class: 'operator',
    remedy: 'Look the transaction up; retry sends a new one when the cause is gone.',
  },

  // A transaction hash that a person or a webhook delivered
  TransactionUnknown: { class: 'refused', remedy: 'Check the hash and the chain; deliver it again once it is mined.' },
  TransactionPending: { class: 'refused', remedy: 'Deliver it again once it is mined, or wait: it will be found.' },
  TransactionReverted: { class: 'refused', remedy: 'Execute the registration again; the change goes on waiting.' },
  TransactionOfAnotherContract: {
    class: 'refused',
    remedy: 'Deliver the transaction that called the app contract named in the proposal.',
  },
  TransactionOfAnotherComposeHash: {
    class: 'refused',
    remedy: 'Register the compose hash named in the proposal; the other one does not serve this change.',
  },
  TransactionOfAnotherEntry: {
    class: 'refused',
    remedy: 'Deliver the transaction that makes the calls named in the proposal; this one changed something else.',
  },
  SafeExecutionFailed: {
    class: 'refused',
    remedy: 'The Safe executed its transaction but the call inside failed. Propose it again with a new nonce.',
  },
  // A signature that somebody delivered
  SignatureOfNoOwner: {
    class: 'refused',
    remedy: 'Sign the Safe transaction hash of the proposal with the key of an owner that the message names.',
  },
  SignatureInvalid: { class: 'refused', remedy: 'Sign the EIP-712 document of the proposal again, and deliver that.' },
  SignatureOfAnotherTransaction: {
    class: 'refused',
    remedy: 'Look at the proposal as it is now, and sign the Safe transaction hash that it names.',
  },
  SignaturesMissing: { class: 'refused', remedy: 'Have more owners sign (countersign sign), then execute.' },
  ProposalInconsistent: {
    class: 'refused',
    remedy: 'Do not sign it, and tell who runs the engine: somebody shows you something else than you would sign.',
  },
  SenderCannotPay: { class: 'refused', remedy: 'Send some of the chain’s coin there, or execute with another key.' },
  OwnerHasSigned: { class: 'refused', remedy: 'Nothing to do: one signature of each owner counts.' },
  SafeNonceTaken: { class: 'refused', remedy: 'Wait a moment: it is proposed anew. Then sign that.' },
  NotSignable: {
    class: 'refused',
    remedy: 'Carry the proposal out as it says: with the batch file in the Safe app, or by its calls.',
  },

  // Safe's Transaction Service: it holds nothing up, whatever it answers
  SafeServiceUnavailable: { class: 'transient', remedy: nothing },
  SafeServiceRefused: {
    class: 'refused',
    remedy:
      'Check COUNTERSIGN_SAFE_SERVICE_KEY, and that COUNTERSIGN_SAFE_PROPOSER_KEY is of an owner of the Safe or of a delegate. Owners can sign without the service.',
  },
  SafeServiceAnswerUnreadable: {
    class: 'refused',
    remedy: 'Check COUNTERSIGN_SAFE_SERVICE_URL_<chain id>. Owners can sign without the service.',
  },

  RegistrationRevoked: {
    class: 'refused',
    remedy: 'It was done and undone. Make the calls again if the change is still wanted.',
  },
  RegistrationNotSeen: { class: 'refused', remedy: 'Wait until the registration is mined, and deliver its hash.' },

  // Notifications: they hold nothing up, whatever becomes of them
  NotificationPending: { class: 'pending', remedy: nothing },
  ReceiverUnavailable: {
    class: 'transient',
    remedy: 'Look after the receiver at COUNTERSIGN_NOTIFY_URL: it is tried again for a day.',
  },
  ReceiverRefused: {
    class: 'final',
    remedy: 'Look why the receiver at COUNTERSIGN_NOTIFY_URL refuses the notification: it is not sent again.',
  },

  // The engine itself
  WorkerStopping: { class: 'transient', remedy: nothing },
  // The change itself
  InvalidRequest: { class: 'request', remedy: 'Correct the field that the message names.' },
  InvalidMessage: { class: 'refused', remedy: 'Correct the field that the message names, and send it again.' },
  ChangeEnded: { class: 'refused', remedy: 'Request a new change.' },
  CommitUnderWay: { class: 'refused', remedy: 'Wait for the end: what takes effect is not withdrawn.' },
  MessageOutOfPlace: { class: 'refused', remedy: 'See the phase of the change, and what it waits for.' },
  TooManyMessages: { class: 'refused', remedy: 'Wait until the hashes delivered before have been looked at.' },
  BaseChanged: {
    class: 'hold',
    remedy: 'Retry prepares again on what the CVM runs now; cancel leaves the CVM as it is.',
  },
  ComposeHashMismatch: {
    class: 'hold',
    remedy: 'Compare the documents. Retry goes on with the hash that the API gave; cancel leaves the CVM as it is.',
  },
  ComposeHashNotChecked: {
    class: 'hold',
    remedy:
      'Compare the documents: countersign diff, countersign verify. Retry goes on with the hash that the API gave; cancel leaves the CVM as it is.',
  },
  TooManyPreparations: {
    class: 'operator',
    remedy: 'Something prepares this CVM again and again. Find out who, then retry.',
  },
  SealKeyUnknown: {
    class: 'operator',
    remedy: 'Put the key that the message names back into COUNTERSIGN_SEAL_KEYS, then retry.',
  },
} as const satisfies Record<string, FailureMeaning>;

export type FailureType = keyof typeof failures;

export const isFailureType = (type: string | null | undefined): type is FailureType =>
  type != null && Object.hasOwn(failures, type);

/** Whether what was being done took effect: `unknown` where an answer was lost on the way. */
export type Effect = 'none' | 'taken' | 'unknown';

/** What travels with a failure, as the first detail of the `ApplicationFailure`. */
export interface FailureDetails {
  readonly effect: Effect;
  readonly remedy: string;
  /** HTTP status, error code and request id of the API, where it answered. */
  readonly status?: number;
  readonly code?: string;
  readonly requestId?: string;
}

/** Reads the details that came with a failure; what a sender left out is filled in, with the effect open. */
export function readFailureDetails(sent: unknown, type: FailureType): FailureDetails {
  const fallback: FailureDetails = { effect: 'unknown', remedy: failures[type].remedy };
  return typeof sent === 'object' && sent !== null ? { ...fallback, ...sent } : fallback;
}
