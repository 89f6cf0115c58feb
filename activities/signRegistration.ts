import type { Chains } from '../chain/chains.js';
import { type OwnerKey, signTransaction } from '../chain/ownerKey.js';
import { readAllowList } from '../chain/readAllowList.js';
import { registrationCalls } from '../chain/registrationCalls.js';
import type { ChainActivities } from '../model/activities.js';
import { Failure } from '../model/failure.js';
import { activity } from './activity.js';
import type { KeyRing } from './keyRing.js';

interface SignRegistrationClients {
  readonly chains: Chains;
  readonly ownerKey: OwnerKey | null;
  readonly keyRing: KeyRing;
}

/**
 * Signs the next call that is missing, and sends nothing. Safe to repeat: a signature whose result was lost was never
 * sent, and where an earlier one was sent after all, the allow-list shows it.
 */
export const createSignRegistration = ({
  chains,
  ownerKey,
  keyRing,
}: SignRegistrationClients): ChainActivities['signRegistration'] =>
  activity(async ({ expectation }, { change }) => {
    if (ownerKey === null) throw new Failure('OwnerKeyMissing', 'This worker holds no owner key.');
    const chain = chains.get(expectation.contract.chainId);
    const [call] = registrationCalls(expectation, await readAllowList(chain, expectation));
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
