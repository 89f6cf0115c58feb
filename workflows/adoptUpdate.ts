import type { AdoptRequest, AdoptRequestInput } from '../model/adoptRequest.js';
import type { CvmDescription } from '../model/descriptions.js';
import type { Applied } from '../model/phalaActivities.js';
import type { SealedToken } from '../model/sealedToken.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import { phala } from './activities.js';
import { atTheLatest } from './atTheLatest.js';
import { twoPhases } from './course.js';
import { GivenTokens } from './givenTokens.js';
import { initialStatus } from './initialStatus.js';
import { ownRequest } from './ownRequest.js';
import { runChange } from './runChange.js';
import { stepFailureOf } from './stepFailure.js';
import type { CommitStep, RequestStep, Steps } from './steps.js';
import { updateSteps } from './updateSteps.js';

/**
 * Carries on an update that somebody else has prepared: sees to its registration, commits it once with the token that was
 * given, and follows it until the CVM runs it.
 *
 * It has no document, and cannot prepare again. A token that has become void while people signed is replaced by another one
 * that was given, or by the message `renew`; until then the change is blocked, and what was registered stands.
 *
 * Started under the id `cvm-<vm_uuid>`, the lock of an update.
 *
 * @throws ApplicationFailure InvalidRequest before anything happened; CommitTokenVoid where the token was void before
 *   anything was registered; CvmNotFound, RequestRefused, OperationFailed or CvmRunsAnotherHash where the change failed
 */
export async function adoptUpdate(input: AdoptRequestInput): Promise<ChangeResult> {
  const request = ownRequest('adopt', input);
  const { cvmId, composeHash, token, appId, expiresAt = atTheLatest() } = request;
  const status = initialStatus('adopt', request, {
    cvmId,
    what: `to carry on ${composeHash}, which was prepared elsewhere`,
    ...(appId && { appId }),
  });
  Object.assign(status, { composeHash, tokenExpiresAt: expiresAt });
  const tokens = new GivenTokens({ token, expiresAt });
  return runChange(status, (change, hints) => twoPhases(change, hints, stepsOf(request, status, tokens)), tokens);
}

function stepsOf(request: AdoptRequest, status: ChangeStatus, tokens: GivenTokens): Steps<CvmDescription> {
  const { cvmId, composeHash, registrar, policy, appId = null, deviceId = null } = request;
  const common = updateSteps({ cvmId, policy, update: null }, status);
  /** The one that was taken last. */
  let taken: SealedToken | null = null;
  /** @returns whether another one is left to try */
  const spendIfVoid = (error: unknown): boolean => {
    const type = stepFailureOf(error)?.type;
    if (taken === null || (type !== 'CommitTokenVoid' && type !== 'PreparationExpired')) return false;
    tokens.spend(taken);
    return tokens.current(Date.now()) !== null;
  };
  return {
    ...common,
    registrar,
    // Where no chain governs the app nothing can have been prepared: that is found out, and said.
    isDirect: () => false,
    async request({ target: { contract }, first: { composeHash: base } }: RequestStep<CvmDescription>) {
      for (;;) {
        const given = tokens.current(Date.now());
        taken = given?.token ?? null;
        if (given) status.tokenExpiresAt = given.expiresAt;
        const summary = taken ? `take up ${composeHash}` : `look whether ${composeHash} needs a token any more`;
        try {
          return await phala.takePreparation.executeWithOptions({ summary }, [
            { cvmId, composeHash, token: taken, appId, deviceId, contract, base },
          ]);
        } catch (error) {
          if (!spendIfVoid(error)) throw error;
        }
      }
    },
    async commit(step: CommitStep<CvmDescription>): Promise<Applied> {
      try {
        return await common.commit(step);
      } catch (error) {
        spendIfVoid(error);
        throw error;
      }
    },
    // Also where somebody else has committed it: then the course knows of no hash.
    follow: (step) => common.follow({ ...step, composeHash }),
  };
}
