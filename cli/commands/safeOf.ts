import { type Address, addressSchema } from '../../model/hex.js';
import { type ContractCall, calledContract, describeCall, type Proposal } from '../../model/registration.js';
import type { SafeProposal } from '../../model/safe.js';
import { safeToSign } from '../../model/signing.js';
import type { ChangeStatus } from '../../model/status.js';
import { nextStep } from '../../model/timelock.js';
import { UsageError } from '../usageError.js';

/** What the owners of a Safe have to sign now. */
export interface ToSign {
  readonly safe: SafeProposal;
  readonly chainId: number;
  /** The calls that the Safe makes: those of the proposal, or the next one of the timelock. */
  readonly calls: readonly ContractCall[];
}

/** @throws UsageError where no Safe has to sign anything */
export function toSign({ change, phase, proposal, registration }: ChangeStatus): ToSign {
  if (proposal === null || registration !== null || proposal.calls.length === 0) {
    throw new UsageError(`${change} has nothing to sign: it is ${phase}.`);
  }
  const safe = safeToSign(proposal);
  if (safe === null) throw new UsageError(`No Safe has to sign for ${change}: the registrar is ${proposal.registrar}.`);
  return { safe, chainId: calledContract(proposal.expectation).chainId, calls: callsOf(proposal) };
}

function callsOf({ calls, timelock }: Proposal): readonly ContractCall[] {
  const step = timelock && nextStep(timelock);
  return step ? [step.call] : calls;
}

/** What the signer gets to see before he signs. */
export function describeToSign({ composeHash }: ChangeStatus, { safe, chainId, calls }: ToSign): readonly string[] {
  return [
    ...(composeHash ? [`compose hash  ${composeHash}`] : []),
    ...calls.map((call) => `call          ${describeCall(call)} on ${call.to}`),
    `Safe          ${safe.address} on chain ${chainId}, nonce ${safe.nonce}`,
    `to sign       ${safe.transactionHash}`,
  ];
}

export function readAddress(option: string, text: string | undefined): Address | null {
  if (text === undefined) return null;
  const parsed = addressSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${option}: must be an address: 0x and 40 hex digits`);
}
