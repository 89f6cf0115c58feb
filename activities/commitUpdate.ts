import type { CommitToken } from '../model/commitToken.js';
import { Failure } from '../model/failure.js';
import type { Applied, PhalaActivities } from '../model/phalaActivities.js';
import { commitUpdate } from '../phala/commitUpdate.js';
import { getCvm } from '../phala/getCvm.js';
import { commitByHeaders } from '../phala/patchCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity, type Execution } from './activity.js';
import { commitOnce } from './commitOnce.js';
import { findCommitted } from './findUpdate.js';
import type { KeyRing } from './keyRing.js';

interface CommitUpdateClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

type CommitUpdateInput = Parameters<PhalaActivities['commitUpdate']>[0];

/** Safe to repeat: what an earlier attempt did is read from the operations and the CVM. */
export const createCommitUpdate = ({ phala, keyRing }: CommitUpdateClients): PhalaActivities['commitUpdate'] =>
  activity((input, execution) => {
    const { cvmId, composeHash, commitToken } = input;
    return commitOnce<Applied>(input, execution, {
      find: () => findCommitted(phala, input, execution.signal),
      check: () => checkBase(phala, input, execution),
      async send(transactionHash) {
        if (commitToken === null) return applied(await commitByHeaders(phala, { cvmId, composeHash, transactionHash }));
        // What was sealed is the token that the API gave.
        const token = (await keyRing.unseal(commitToken, execution.change)) as CommitToken;
        return applied(await commitUpdate(phala, { cvmId, composeHash, commitToken: token, transactionHash }));
      },
    });
  });

const applied = ({ correlationId }: { readonly correlationId: string | null }): Applied => ({
  correlationId,
  created: null,
});

/** @throws Failure BaseChanged where the CVM runs something else than when this was prepared, and policy minds */
async function checkBase(
  phala: PhalaApi,
  { cvmId, base, composeHash, onBaseChanged }: CommitUpdateInput,
  { signal }: Execution,
): Promise<Applied | null> {
  const cvm = await getCvm(phala, cvmId, signal);
  const runs = cvm.compose_hash ?? null;
  if (runs === composeHash && runs !== base) return applied({ correlationId: cvm.progress?.correlation_id ?? null });
  if (runs !== base && onBaseChanged === 'hold') {
    throw new Failure('BaseChanged', `The CVM runs ${runs}; when the change was prepared it ran ${base}.`);
  }
  return null;
}
