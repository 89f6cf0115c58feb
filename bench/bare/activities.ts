import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { zeroHash } from 'viem';
import type { Chains } from '../../chain/chains.js';
import { openProposal } from '../../chain/openProposal.js';
import { readRegistration } from '../../chain/readRegistration.js';
import type { CommitToken } from '../../model/commitToken.js';
import type { CvmId } from '../../model/cvmId.js';
import type { CvmUpdate } from '../../model/cvmUpdate.js';
import type { ComposeHash, TransactionHash } from '../../model/hex.js';
import { type AppContract, calledContract, type Expectation } from '../../model/registration.js';
import { commitUpdate } from '../../phala/commitUpdate.js';
import { getAppKmsInfo } from '../../phala/getAppKmsInfo.js';
import { getComposeFile } from '../../phala/getComposeFile.js';
import { getCvm } from '../../phala/getCvm.js';
import { listOperations } from '../../phala/listOperations.js';
import { patchCvm } from '../../phala/patchCvm.js';
import type { PhalaApi } from '../../phala/phalaApi.js';

/** Milliseconds until the next look, as the engine's own activities begin with. */
const nextLook = { registration: 5_000, operation: 500 };

/**
 * The calls of one update and no more, each in the activity in which somebody would write it by hand: the same requests by
 * the same clients as the engine's, without heartbeats, without sealing, and without looking before they leap.
 */
export const createBareActivities = ({ phala, chains }: { readonly phala: PhalaApi; readonly chains: Chains }) => ({
  phala: {
    async describe({ cvmId }: { readonly cvmId: CvmId }) {
      const cvm = await getCvm(phala, cvmId);
      const appId = required(cvm.app_id, 'the app');
      const [kms] = await Promise.all([getAppKmsInfo(phala, appId), listOperations(phala, cvmId, { limit: 1 })]);
      const contract: AppContract = { address: appId, chainId: required(kms.chain_id, 'the chain') };
      return { contract, composeHash: cvm.compose_hash ?? null };
    },

    async prepare({ cvmId, update }: { readonly cvmId: CvmId; readonly update: CvmUpdate }) {
      await getComposeFile(phala, cvmId);
      const answer = await patchCvm(phala, { cvmId, update, prepareOnly: true });
      if (answer.outcome !== 'prepared') throw new Error(`The API answered ${answer.outcome} to a preparation.`);
      const { compose_hash: composeHash, commit_token: token } = answer.preparation;
      return { composeHash, token: required(token, 'the commit token') };
    },

    async commit({ cvmId, composeHash, token, transactionHash }: BareCommit) {
      await getCvm(phala, cvmId);
      // Between its two ends it is any string: JSON knows no brands.
      const commitToken = token as CommitToken;
      return commitUpdate(phala, { cvmId, composeHash, commitToken, transactionHash });
    },

    async follow({ cvmId, correlationId }: { readonly cvmId: CvmId; readonly correlationId: string | null }) {
      const [operations, cvm] = await Promise.all([listOperations(phala, cvmId, { limit: 50 }), getCvm(phala, cvmId)]);
      const operation = operations.find(({ correlation_id }) => correlation_id === correlationId);
      if (operation?.status !== 'completed' || cvm.in_progress) throw notYet(nextLook.operation);
      return { composeHash: cvm.compose_hash ?? null };
    },
  },

  chain: {
    open: ({ expectation }: { readonly expectation: Expectation }) =>
      openProposal(chains.get(calledContract(expectation).chainId), expectation, {
        registrar: 'external',
        ownerKey: null,
        relayer: null,
        title: 'Update',
        description: 'Update',
        since: null,
        timelockProposer: null,
        operationSalt: zeroHash,
      }),

    async find({ expectation, fromBlock }: { readonly expectation: Expectation; readonly fromBlock: number }) {
      const chain = chains.get(calledContract(expectation).chainId);
      const registration = await readRegistration(chain, expectation, { finality: 'latest', fromBlock });
      if (registration === null) throw notYet(nextLook.registration);
      return registration;
    },
  },
});

export type BareActivities = ReturnType<typeof createBareActivities>;

interface BareCommit {
  readonly cvmId: CvmId;
  readonly composeHash: ComposeHash;
  readonly token: string;
  readonly transactionHash: TransactionHash | 'already-registered';
}

const notYet = (nextRetryDelay: number): ApplicationFailure =>
  ApplicationFailure.create({ message: 'Not yet.', nextRetryDelay, category: ApplicationFailureCategory.BENIGN });

function required<Value>(value: Value | null | undefined, what: string): Value {
  if (value == null) throw new Error(`The API does not tell ${what}.`);
  return value;
}
