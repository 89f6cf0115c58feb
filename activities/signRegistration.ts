import type { Chains } from '../chain/chains.js';
import { missingCalls } from '../chain/missingCalls.js';
import { type OwnerKey, signTransaction } from '../chain/ownerKey.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract } from '../model/registration.js';
import { activity } from './activity.js';
import type { KeyRing } from './keyRing.js';

interface SignRegistrationClients {
  readonly chains: Chains;
  readonly ownerKey: OwnerKey | null;
  readonly keyRing: KeyRing;
}

/**
 * Signs the next call that is missing, and sends nothing. Safe to repeat: a signature whose result was lost was never
 * sent, and where an earlier one was sent after all, the chain shows it.
 */
export const createSignRegistration = ({
  chains,
  ownerKey,
  keyRing,
}: SignRegistrationClients): ChainActivities['signRegistration'] =>
  activity(async ({ expectation, fromBlock }, { change }) => {
    if (ownerKey === null) throw new Failure('OwnerKeyMissing', 'This worker holds no owner key.');
    const chain = chains.get(calledContract(expectation).chainId);
    const [call] = await missingCalls(chain, expectation, fromBlock);
    if (!call) return null;
    const { raw, transactionHash, nonce } = await signTransaction(chain, ownerKey, call);
    return {
      transaction: await keyRing.seal(raw, change),
      transactionHash,
      method: call.method,
      from: ownerKey.address,
      nonce,
    };
  });
