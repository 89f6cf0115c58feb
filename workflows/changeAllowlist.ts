import type { AllowListRequest, AllowListRequestInput, AllowListStep } from '../model/allowListRequest.js';
import type { AllowListChange } from '../model/registration.js';
import { describeExpectation } from '../model/registration.js';
import type { ChangeResult } from '../model/status.js';
import { phala } from './activities.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';
import { initialStatus } from './initialStatus.js';
import { ownRequest } from './ownRequest.js';
import { register } from './register.js';
import { runChange } from './runChange.js';

/**
 * Changes the allow-lists of an app: which devices may run it, which configurations may no longer. There is nothing to
 * commit: what stands on chain is all.
 *
 * Started under the id `app-<40 hex digits>`: one such change of an app at a time.
 *
 * @throws ApplicationFailure InvalidRequest before anything happened; AppNotFound, NodeNotFound or RequestRefused where
 *   the change failed
 */
export async function changeAllowlist(input: AllowListRequestInput): Promise<ChangeResult> {
  const request = ownRequest('allowlist', input);
  const what = request.steps.map(describeStep).join(', ');
  const status = initialStatus('allowlist', request, { appId: request.appId, what });
  return runChange(status, (change, hints) => registerOnly(change, hints, request));
}

async function registerOnly(change: Change, hints: Hints, request: AllowListRequest): Promise<string> {
  const { appId, steps, registrar, chainId = null } = request;
  const app = await change.attempt(() =>
    phala.describeApp.executeWithOptions({ summary: `describe app ${appId}` }, [{ appId, chainId, steps }]),
  );
  change.notifies = app.notifies;
  change.status.route = 'onChain';
  const { contract, entries } = app;
  const expectation: AllowListChange = { kind: 'allowList', contract, entries };
  await register(change, hints, { registrar, title: () => `Allow-lists of app ${appId}` }, expectation);
  const [done, already] = ['On chain: ', 'Nothing to do, it stands so already: '];
  const missing = change.status.proposal?.calls.length ?? 0;
  return `${missing > 0 ? done : already}${describeExpectation(expectation)}.`;
}

function describeStep(step: AllowListStep): string {
  switch (step.action) {
    case 'addDevice':
      return `allow device ${step.device.deviceId ?? `of node ${step.device.node}`}`;
    case 'removeDevice':
      return `remove device ${step.device.deviceId ?? `of node ${step.device.node}`}`;
    case 'removeComposeHash':
      return `remove compose hash ${step.composeHash}`;
    case 'setAllowAnyDevice':
      return step.allowed ? 'allow any device' : 'allow only listed devices';
  }
}
