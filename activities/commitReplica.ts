import type { CommitToken } from '../model/commitToken.js';
import { Failure } from '../model/failure.js';
import type { Applied, PhalaActivities } from '../model/phalaActivities.js';
import { commitReplica } from '../phala/commitReplica.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { commitOnce } from './commitOnce.js';
import { createdCvm } from './createdCvm.js';
import { findReplica } from './findReplica.js';
import type { KeyRing } from './keyRing.js';

interface CommitReplicaClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

/** Safe to repeat: what an earlier attempt made is looked for among the app's CVMs, and the token is good for one. */
export const createCommitReplica = ({ phala, keyRing }: CommitReplicaClients): PhalaActivities['commitReplica'] =>
  activity((input, execution) => {
    const { cvmId, composeHash, commitToken, before } = input;
    return commitOnce<Applied>(input, execution, {
      find: () => findReplica(phala, before, composeHash, execution.signal),
      async send(transactionHash) {
        if (commitToken === null) {
          // There is no header route for replicas (phala-cloud-api.md §3).
          throw new Failure('PhalaAnswerUnreadable', 'The API prepared a replica without a commit token.');
        }
        // What was sealed is the token that the API gave.
        const token = (await keyRing.unseal(commitToken, execution.change)) as CommitToken;
        const vm = await commitReplica(phala, { cvmId, commitToken: token, composeHash, transactionHash });
        return { correlationId: null, created: createdCvm(vm) };
      },
    });
  });
