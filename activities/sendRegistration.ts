import type { Chains } from '../chain/chains.js';
import { type SentState, sendTransaction } from '../chain/ownerKey.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import type { Hex } from '../model/hex.js';
import { activity, type Execution } from './activity.js';
import type { KeyRing } from './keyRing.js';

interface SendRegistrationClients {
  readonly chains: Chains;
  readonly keyRing: KeyRing;
}

/** Looks within one attempt, a second apart. */
const looks = 8;

/**
 * Sends the signed transaction until it is mined. Safe to repeat: the same bytes are the same transaction, which a
 * chain takes up once at most.
 */
export const createSendRegistration = ({
  chains,
  keyRing,
}: SendRegistrationClients): ChainActivities['sendRegistration'] =>
  activity(async ({ chainId, signed }, execution) => {
    const chain = chains.get(chainId);
    // What was sealed is the raw transaction.
    const raw = (await keyRing.unseal(signed.transaction, execution.change)) as Hex;
    const state = await watch(execution, () => sendTransaction(chain, { ...signed, raw }, signed.from));
    if (state !== 'pending') return state;
    throw new Failure('RegistrationPending', `Transaction ${signed.transactionHash} is not mined yet.`, {
      effect: 'unknown',
      retryAfter: 3_000,
    });
  });

/** A nonce counts as taken only when the transaction shows nowhere at each of several looks: nodes lag. */
async function watch({ sleep }: Execution, send: () => Promise<SentState>): Promise<SentState> {
  let state = await send();
  for (let look = 1; look < looks && state !== 'mined'; look++) {
    await sleep(look === 1 ? 200 : 1_000);
    state = await send();
  }
  return state;
}
