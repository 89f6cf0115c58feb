import type { Chains } from '../chain/chains.js';
import { checkSignature } from '../chain/safe/checkSignature.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { activity } from './activity.js';

/** Checks a signature that somebody delivered, while he waits for the answer. Reads only: safe to repeat. */
export const createCheckSignature = ({ chains }: { readonly chains: Chains }): ChainActivities['checkSignature'] =>
  activity(({ chainId, ...given }) => checkSignature(chains.get(chainId), given));
