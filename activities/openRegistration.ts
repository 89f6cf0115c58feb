import type { Chains } from '../chain/chains.js';
import { openProposal } from '../chain/openProposal.js';
import type { Signer } from '../chain/sending/signer.js';
import { operationSalt } from '../chain/timelock/operation.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { calledContract } from '../model/registration.js';
import { activity } from './activity.js';

interface OpenRegistrationClients {
  readonly chains: Chains;
  readonly ownerKey: Signer | null;
  readonly relayer: Signer | null;
}

/** Reads only: safe to repeat. */
export const createOpenRegistration = ({
  chains,
  ownerKey,
  relayer,
}: OpenRegistrationClients): ChainActivities['openRegistration'] =>
  activity(async ({ expectation, usedOperations = 0, timelockProposer = null, ...asked }, { change, run }) =>
    openProposal(chains.get(calledContract(expectation).chainId), expectation, {
      ...asked,
      ownerKey: (await ownerKey?.address()) ?? null,
      relayer: (await relayer?.address()) ?? null,
      timelockProposer,
      operationSalt: operationSalt({ change, run, usedOperations }),
    }),
  );
