import type { Chain } from '../../chain/chains.js';
import { missingCalls } from '../../chain/missingCalls.js';
import { signCall } from '../../chain/sending/signCall.js';
import type { Hex } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import type { SendingActivities, SendingWork } from '../../model/sending.js';
import { activity } from '../activity.js';
import { requireSigner, type SigningClients, sealed } from './signing.js';

/**
 * Signs the next call that is missing, and sends nothing. Safe to repeat: a signature whose result was lost was never
 * sent.
 */
export const createSignCall = ({ chains, signers, keyRing, fees }: SigningClients): SendingActivities['signCall'] =>
  activity(async ({ key, work, mined, taken }, { change }) => {
    const signer = await requireSigner(signers, key.address);
    const chain = chains.get(key.chainId);
    const [call, ...more] = await missing(chain, work, mined);
    if (!call) return null;
    const signed = await signCall(chain, call, { signer, taken, fees });
    const { method, data } = call;
    return { method, data, signed: await sealed(keyRing, signed, change), remaining: more.length };
  });

async function missing(chain: Chain, work: SendingWork, mined: readonly Hex[]): Promise<readonly ContractCall[]> {
  const calls = work.kind === 'call' ? [work.call] : await missingCalls(chain, work.expectation, work.fromBlock);
  return calls.filter(({ data }) => !mined.includes(data));
}
