import type { CvmId } from '../model/cvmId.js';
import type { CvmUpdate } from '../model/cvmUpdate.js';
import type { CvmDescription } from '../model/descriptions.js';
import type { Policy } from '../model/policy.js';
import type { ChangeStatus } from '../model/status.js';
import { phala } from './activities.js';
import type { Steps } from './steps.js';

interface UpdateOf {
  readonly cvmId: CvmId;
  readonly policy: Policy;
  /** Null where somebody else prepared it: then only its hash is known. */
  readonly update: CvmUpdate | null;
}

/** What an update of a CVM is once it is prepared, whoever did that. */
export function updateSteps(
  { cvmId, policy, update }: UpdateOf,
  status: ChangeStatus,
): Omit<Steps<CvmDescription>, 'registrar' | 'isDirect' | 'request'> {
  const name = (): string => status.cvmName ?? cvmId;
  return {
    title: () => `Update of ${name()}`,
    runsAlready: ({ composeHash }) => composeHash !== null && composeHash === status.composeHash,
    describe: () => phala.describeCvm.executeWithOptions({ summary: `describe ${name()}` }, [{ cvm: cvmId }]),
    commit: ({ preparation: { composeHash, commitToken }, registration, first, base, mayHaveBeenSent }) =>
      phala.commitUpdate.executeWithOptions({ summary: `commit ${composeHash}` }, [
        {
          cvmId,
          composeHash,
          commitToken,
          transactionHash: registration?.proof ?? null,
          onBaseChanged: policy.onBaseChanged,
          base,
          since: first.newestOperation,
          mayHaveBeenSent,
        },
      ]),
    look: ({ composeHash, base, first: { newestOperation: since } }) =>
      phala.lookForUpdate.executeWithOptions({ summary: 'look whether it took effect' }, [
        { cvmId, update, composeHash, base, since },
      ]),
    follow: ({ applied: { correlationId }, composeHash, first: { newestOperation: since } }) =>
      phala.followOperation.executeWithOptions({ summary: `follow ${correlationId ?? 'the operation'}` }, [
        { cvmId, correlationId, composeHash, since },
      ]),
  };
}
