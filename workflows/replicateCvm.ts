import type { ReplicationTarget } from '../model/descriptions.js';
import type { ReplicaMark } from '../model/phalaActivities.js';
import type { ReplicateRequest, ReplicateRequestInput } from '../model/replicateRequest.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import { phala } from './activities.js';
import type { Change } from './change.js';
import { twoPhases } from './course.js';
import { followCreation } from './followCreation.js';
import { initialStatus } from './initialStatus.js';
import { ownRequest } from './ownRequest.js';
import { runChange } from './runChange.js';
import type { Steps } from './steps.js';

/**
 * Replicates a CVM: prepares the replica, sees to the registration of what its node and configuration need where the
 * app's keys are governed on chain, commits it once, and follows the new CVM until it runs.
 *
 * Started under the id `cvm-<vm_uuid>` of the source: a replica copies what an update of it would change.
 *
 * @throws ApplicationFailure InvalidRequest before anything happened; CvmNotFound, NodeNotFound, ComposeHashAmbiguous,
 *   RequestRefused or CvmDidNotStart where the change failed
 */
export async function replicateCvm(input: ReplicateRequestInput): Promise<ChangeResult> {
  const request = ownRequest('replicate', input);
  const { cvmId, appId, node } = request;
  const what = `a replica${node === undefined ? '' : ` on node ${node}`}`;
  const status = initialStatus('replicate', request, { cvmId, what, ...(appId && { appId }) });
  return runChange(status, (change, hints) => twoPhases(change, hints, replicateSteps(request, change)));
}

function replicateSteps(request: ReplicateRequest, change: Change): Steps<ReplicationTarget> {
  const { status } = change;
  const { cvmId, registrar, appId = null, node = null, composeHash: wanted = null, encryptedEnv = null } = request;
  const name = (): string => status.cvmName ?? cvmId;
  const markOf = ({ appId: app, siblings, node: where }: ReplicationTarget): ReplicaMark => ({
    appId: app,
    siblings,
    nodeName: where?.name ?? null,
  });
  return {
    registrar,
    title: () => `Replica of ${name()}`,
    isDirect: ({ contract }) => contract === null,
    // The source is not what is changed: what it runs says nothing.
    runsAlready: () => false,
    async describe() {
      const summary = `describe ${name()} and its app`;
      const target = await phala.describeReplication.executeWithOptions({ summary }, [
        { cvmId, appId, node, composeHash: wanted },
      ]);
      if (status.preparations === 0 && target.liveInstances > 1) {
        change.record(`The app has ${target.liveInstances} live CVMs: ${target.toReplicate} is replicated.`);
      }
      return target;
    },
    request: ({ target, first, prepareOnly, mayHaveBeenSent }) =>
      phala.requestReplica.executeWithOptions({ summary: `${prepareOnly ? 'prepare' : 'make'} a replica` }, [
        {
          cvmId,
          appId,
          node: target.node,
          encryptedEnv,
          composeHash: target.toReplicate,
          prepareOnly,
          contract: target.contract,
          before: markOf(first),
          mayHaveBeenSent,
        },
      ]),
    commit: ({ preparation: { composeHash, commitToken }, registration, first, mayHaveBeenSent }) =>
      phala.commitReplica.executeWithOptions({ summary: `commit the replica with ${composeHash}` }, [
        {
          cvmId,
          composeHash,
          commitToken,
          // One that registered the hash for something else, long ago, proves nothing here.
          transactionHash: addsComposeHash(status) ? (registration?.proof ?? null) : null,
          before: markOf(first),
          mayHaveBeenSent,
        },
      ]),
    look: ({ composeHash, target: { toReplicate }, first }) =>
      phala.lookForReplica.executeWithOptions({ summary: 'look whether it was made' }, [
        { before: markOf(first), composeHash: composeHash ?? toReplicate },
      ]),
    follow: followCreation,
  };
}

/** Whether the signers were asked to register the compose hash, too, and not only a device. */
const addsComposeHash = ({ proposal }: ChangeStatus): boolean =>
  proposal?.calls.some(({ method }) => method === 'addComposeHash') ?? false;
