import type { ProvisionTarget } from '../model/descriptions.js';
import type { Address } from '../model/hex.js';
import type { ProvisionRequest, ProvisionRequestInput } from '../model/provisionRequest.js';
import type { AppContract } from '../model/registration.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import { phala } from './activities.js';
import { twoPhases } from './course.js';
import { followCreation } from './followCreation.js';
import { initialStatus } from './initialStatus.js';
import { ownRequest } from './ownRequest.js';
import { runChange } from './runChange.js';
import { StepFailure } from './stepFailure.js';
import type { Steps } from './steps.js';

/**
 * Makes a new CVM: plans it, sees to its app contract where its keys are governed on chain (deployed through the KMS
 * factory, or one that exists), makes it once, and follows it until it runs.
 *
 * Started under the id `provision-<name>`: names are unique in a workspace.
 *
 * @throws ApplicationFailure InvalidRequest before anything happened; KmsNotFound, NodeNotFound, CvmNameTaken,
 *   AppIdTaken, RequestRefused or CvmDidNotStart where the change failed
 */
export async function provisionCvm(input: ProvisionRequestInput): Promise<ChangeResult> {
  const request = ownRequest('provision', input);
  const { name, kms, appId } = request;
  const what = `a new CVM ${name} with KMS ${kms}`;
  const status = initialStatus('provision', request, { cvmName: name, what, ...(appId && { appId }) });
  return runChange(status, (change, hints) => twoPhases(change, hints, provisionSteps(request, status)));
}

function provisionSteps(request: ProvisionRequest, status: ChangeStatus): Steps<ProvisionTarget> {
  const { requestedBy, reason, idempotencyKey, policy, registrar, ...wanted } = request;
  const { kms, node = null, owner = null, appId = null, env = null, ...planned } = wanted;
  const { name, compose } = planned;
  const allowedEnvs = compose.allowedEnvs ?? env?.names;
  /** The app contract, from when it was seen on chain: a later preparation must not have a second one made. */
  let contract: AppContract | null = null;
  let deployer: Address | null = null;
  return {
    registrar,
    title: () => `New CVM ${name}`,
    // Planning a new CVM makes nothing, whatever its KMS.
    isDirect: () => false,
    runsAlready: () => false,
    describe: () =>
      phala.describeProvision.executeWithOptions({ summary: `look for KMS ${kms} and the name ${name}` }, [
        { name, kms, node, appId, owner, composeHash: status.composeHash },
      ]),
    request: ({ target }) =>
      phala.prepareProvision.executeWithOptions({ summary: `plan ${name}` }, [
        {
          planned: { ...planned, compose: { ...compose, ...(allowedEnvs && { allowedEnvs }) } },
          owner,
          kms: target.kms,
          node: target.node,
          contract: contract ?? target.contract,
        },
      ]),
    commit: ({ target, preparation, registration, mayHaveBeenSent }) => {
      contract = registration?.contract ?? contract;
      deployer = registration?.deployer ?? deployer;
      const { composeHash, commitToken, envEncryptionKey } = preparation;
      const app = contract?.address ?? preparation.appId;
      if (app === null) throw StepFailure.of('PhalaAnswerUnreadable', 'The API planned an app without an id.');
      return phala.commitProvision.executeWithOptions({ summary: `make ${name}` }, [
        {
          name,
          appId: app,
          composeHash,
          commitToken,
          transactionHash: registration?.proof ?? null,
          kms: target.kms,
          contract,
          // Of a contract that exists the owner is known, not who deployed it.
          deployer: contract && (deployer ?? status.proposal?.owner ?? null),
          env,
          envEncryptionKey,
          mayHaveBeenSent,
        },
      ]);
    },
    async look({ composeHash }) {
      // Planning makes nothing: only a commit can have.
      if (composeHash === null) return null;
      const summary = 'look whether it was made';
      return phala.lookForCvm.executeWithOptions({ summary }, [{ name, composeHash }]);
    },
    follow: followCreation,
  };
}
