import { composeFileRequired } from '../answers/creationErrors.js';
import { invalidComposeFile } from '../answers/errors.js';
import { provision as provisionAnswer } from '../answers/provision.js';
import { assertNameFree } from '../creations/cvmName.js';
import { findPlace } from '../creations/place.js';
import { requestedAppId } from '../creations/requestedAppId.js';
import { requestedKms } from '../creations/requestedKms.js';
import { requestedSize } from '../creations/requestedSize.js';
import { composeHash } from '../rules/composeHash.js';
import { hasServices } from '../rules/dockerCompose.js';
import { type ProvisionRequest, provisionedAppCompose, provisionRequestSchema } from '../rules/provisionRequest.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';

/**
 * POST /cvms/provision [OpenAPI handle_provision_cvm]: checks what is asked for, finds it a place, keeps it for 14 days and
 * gives what there is to register. Nothing is reserved (chosen): name and room are looked at again by the commit.
 */
export const provisionCvm: Endpoint = {
  name: 'provisionCvm',
  method: 'POST',
  path: '/cvms/provision',
  authenticated: true,
  handle(call, cloud) {
    const request = parseBody(call, provisionRequestSchema);
    assertComposeFile(request);
    assertNameFree(cloud, request.name);
    const kms = requestedKms(cloud.kms, request);
    const size = requestedSize(request);
    const { node, image } = findPlace(cloud, {
      nodeId: request.node_id ?? request.teepod_id ?? undefined,
      region: request.region ?? undefined,
      image: request.image ?? undefined,
      preferDev: request.prefer_dev ?? true,
      kms,
      resources: size,
    });
    const appCompose = provisionedAppCompose(request, call.quirks().serverAddedFields ?? {});
    const provision = {
      name: request.name,
      kms,
      appId: requestedAppId(cloud.appIds, kms, request),
      node,
      configuration: {
        ...size,
        appCompose,
        composeHash: composeHash(appCompose),
        encryptedEnv: request.encrypted_env ?? undefined,
        userConfig: request.user_config ?? undefined,
        gpus: null,
        image: image.name,
        shutdownTimeout: null,
      },
    };
    cloud.provisions.keep(provision, cloud.clock.now());
    return { status: 200, body: provisionAnswer(provision, image, call) };
  },
};

/** ERR-01-002 without a compose file, ERR-01-003 for what is none. */
function assertComposeFile({ compose_file: { docker_compose_file: text } }: ProvisionRequest): void {
  if (text == null || text.trim() === '') {
    throw composeFileRequired();
  }
  if (!hasServices(text)) {
    throw invalidComposeFile();
  }
}
