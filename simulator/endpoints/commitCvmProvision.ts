import { z } from 'zod';
import { appIdConflict, provisionDataExpired, provisionDataNotFound } from '../answers/creationErrors.js';
import { badRequest } from '../answers/errors.js';
import { createdVm } from '../answers/vm.js';
import { createInstance } from '../creations/createInstance.js';
import { assertNameFree } from '../creations/cvmName.js';
import { appOf, assertEncryptedEnv } from '../creations/provisionedApp.js';
import { assertRoom } from '../creations/room.js';
import { verifyNewApp } from '../creations/verifyNewApp.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { Call, Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm, CvmParts } from '../state/cvm.js';
import type { Provision } from '../state/provisions.js';
import type { Quirks } from '../state/quirks.js';

/** OpenAPI CreateTappRequest. env_keys is not looked at: the document, and with it the hash, is settled by then. */
const requestSchema = z.object({
  app_id: z.string(),
  compose_hash: z.string(),
  encrypted_env: z.string().nullish(),
  kms_id: z.string().nullish(),
  contract_address: z.string().nullish(),
  deployer_address: z.string().nullish(),
});

export type CommitProvisionRequest = z.infer<typeof requestSchema>;

/**
 * POST /cvms [seed 001, OpenAPI handle_create_cvm_from_povision]: makes a CVM of what was provisioned; with a KMS on chain
 * only after `verifyNewApp`. "Idempotent: submitting the same app_id + compose_hash again returns the existing CVM. A
 * different compose_hash for the same app_id" is ERR-03-007 [SDK, at commitCvmProvision].
 *
 * Chosen: that CVM is looked for among those there are now, by the hash of their saved configuration, so one that was
 * updated since is a conflict and one that was deleted is made again; and not before the provision data was found, so after
 * 14 days a repetition is a 400 although the CVM exists.
 */
export const commitCvmProvision: Endpoint = {
  name: 'commitCvmProvision',
  method: 'POST',
  path: '/cvms',
  authenticated: true,
  async handle(call, cloud) {
    const request = parseBody(call, requestSchema);
    const provision = provisionOf(cloud, request.compose_hash);
    const app = appOf(provision, request);
    assertEncryptedEnv(request.encrypted_env);
    const existing = existingCvm(call, cloud, app.appId, provision);
    if (existing !== undefined) {
      return { status: 200, body: createdVm(existing, call) };
    }
    if (app.onChain !== undefined) {
      const { composeHash } = provision.configuration;
      await verifyNewApp(cloud.chains, { contract: app.onChain, kms: provision.kms, composeHash });
    }
    // Another request may have got here while the chain was asked.
    const meanwhile = existingCvm(call, cloud, app.appId, provision);
    return { status: 200, body: createdVm(meanwhile ?? create(call, cloud, provision, app, request), call) };
  },
};

function create(
  call: Call,
  cloud: Cloud,
  { name, kms, node, configuration }: Provision,
  app: Pick<CvmParts, 'appId' | 'onChain'>,
  { encrypted_env: encryptedEnv }: CommitProvisionRequest,
): Cvm {
  if (quirksFor(call, cloud, app.appId).repeatedProvisionCommit !== 'createsAnother') {
    assertNameFree(cloud, name);
  }
  assertRoom(cloud, node, configuration);
  const parts: CvmParts = {
    ...app,
    name,
    kms,
    node,
    deviceId: node.deviceId,
    configuration: { ...configuration, encryptedEnv: encryptedEnv ?? configuration.encryptedEnv },
    quirks: {},
  };
  return createInstance(call, cloud, parts, {
    kind: 'provision',
    sourceVmUuid: undefined,
    via: 'direct',
    transactionHash: undefined,
  });
}

/** 422 if there never was such a provision, 400 if it is too old. */
function provisionOf(cloud: Cloud, composeHash: string): Provision {
  if (!isHexOf(32, composeHash)) {
    throw badRequest('Invalid compose_hash');
  }
  const provision = cloud.provisions.find(prefixed(composeHash), cloud.clock.now());
  if (provision === undefined) {
    throw provisionDataNotFound();
  }
  if (provision === 'expired') {
    throw provisionDataExpired();
  }
  return provision;
}

/** The CVM that an earlier commit has made, unless a quirk hides it; 409 ERR-03-007 if the app has only other ones. */
function existingCvm(call: Call, cloud: Cloud, appId: string, { configuration }: Provision): Cvm | undefined {
  const cvms = cloud.cvms.ofApp(appId);
  const existing = cvms.find((cvm) => cvm.configuration.composeHash === configuration.composeHash);
  if (cvms.length > 0 && existing === undefined) {
    throw appIdConflict();
  }
  return quirksFor(call, cloud, appId).repeatedProvisionCommit === undefined ? existing : undefined;
}

/** Quirks of the request, over those of the app's first CVM. */
function quirksFor(call: Call, cloud: Cloud, appId: string): Quirks {
  const [first] = cloud.cvms.ofApp(appId);
  return call.quirks(first);
}
