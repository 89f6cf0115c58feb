import type { Chains } from '../chain/chains.js';
import { openProposal } from '../chain/openProposal.js';
import { readRegistration } from '../chain/readRegistration.js';
import type { Signer } from '../chain/sending/signer.js';
import { operationSalt } from '../chain/timelock/operation.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { calledContract } from '../model/registration.js';
import { activity } from './activity.js';
import { ofKnownContracts } from './ofKnownContracts.js';

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
  activity(
    async ({ expectation, finality, usedOperations = 0, timelockProposer = null, ...asked }, { change, run }) => {
      const chain = chains.get(calledContract(expectation).chainId);
      const proposal = await openProposal(chain, expectation, {
        ...asked,
        ownerKey: (await ownerKey?.address()) ?? null,
        relayer: (await relayer?.address()) ?? null,
        timelockProposer,
        operationSalt: operationSalt({ change, run, usedOperations }),
      });
      if (proposal.calls.length > 0) return { proposal, registration: null };
      const { fromBlock } = proposal;
      const read = () => readRegistration(chain, proposal.expectation, { fromBlock, finality });
      return { proposal, registration: await ofKnownContracts(read) };
    },
  );
