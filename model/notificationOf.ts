import { commitUnderWay } from './decisions.js';
import type { Notification, RegistrationWanted, Wait } from './notification.js';
import { hasEnded } from './phases.js';
import { calledContract, describeCall, type Proposal } from './registration.js';
import type { ChangeStatus } from './status.js';

/** Calls that are told one by one; the proposal itself has all of them. */
const mostCalls = 10;

type Telling = Pick<Notification, 'deliveryId' | 'event' | 'occurredAt' | 'previousComposeHash'>;

/** What is told of a change as it stands now. Nothing of it is secret. */
export function notificationOf(status: ChangeStatus, telling: Telling): Notification {
  const { change, runId, kind, phase, paused, cvmId, cvmName, appId, composeHash, baseComposeHash } = status;
  const { hashCheck, awaiting, proposal, blocked, registration, requestedBy, reason, deadline } = status;
  return {
    ...telling,
    ...{ change, runId, kind, phase, paused, cvmId, cvmName, appId, composeHash, baseComposeHash },
    ...{ hashCheck, awaiting, blocked, requestedBy, reason, deadline },
    held: status.wait?.what === 'paused',
    registration: proposal && proposal.calls.length > 0 ? wanted(proposal) : null,
    outcome: hasEnded(phase) ? (status.events.at(-1)?.what ?? null) : null,
    transactionHash: registration?.transactionHash ?? null,
    tokenExpiresAt: status.tokenExpiresAt,
  };
}

/** What falls due of a wait, as the change stands now. */
export const timesOf = (status: ChangeStatus): Pick<Wait, 'deadline' | 'tokenExpiresAt'> => ({
  // The deadline is one for the registration: a commit is beyond it.
  deadline: commitUnderWay(status) ? null : status.deadline,
  tokenExpiresAt: status.phase === 'awaitingRegistration' ? status.tokenExpiresAt : null,
});

function wanted({ registrar, owner, calls, safe, expectation }: Proposal): RegistrationWanted {
  const { chainId, address } = calledContract(expectation);
  return {
    registrar,
    owner,
    chainId,
    contract: address,
    calls: calls.slice(0, mostCalls).map(describeCall),
    safe: safe && {
      address: safe.address,
      threshold: safe.threshold,
      owners: safe.owners.length,
      transactionHash: safe.transactionHash,
      queueUrl: safe.queueUrl,
    },
  };
}
