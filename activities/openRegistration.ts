import type { Chains } from '../chain/chains.js';
import { openProposal } from '../chain/openProposal.js';
import type { OwnerKey } from '../chain/ownerKey.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { calledContract } from '../model/registration.js';
import { activity } from './activity.js';

interface OpenRegistrationClients {
  readonly chains: Chains;
  readonly ownerKey: OwnerKey | null;
}

/** Reads only: safe to repeat. */
export const createOpenRegistration = ({
  chains,
  ownerKey,
}: OpenRegistrationClients): ChainActivities['openRegistration'] =>
  activity(({ expectation, registrar, title, description }) =>
    openProposal(chains.get(calledContract(expectation).chainId), expectation, {
      registrar,
      ownerKey: ownerKey?.address ?? null,
      title,
      description,
    }),
  );
