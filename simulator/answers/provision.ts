import { sha256Hex } from '../rules/composeHash.js';
import { instanceTypeOf } from '../rules/instanceTypes.js';
import type { Call } from '../server/endpoint.js';
import type { OsImage } from '../state/osImage.js';
import type { Provision } from '../state/provisions.js';
import { written } from './hexForm.js';
import { kmsInfo } from './kmsInfo.js';

/**
 * The answer of POST /cvms/provision [SDK ProvisionCvmSchema; OpenAPI leaves it untyped]. Hashes and ids are without 0x, as
 * the newer CLI takes them ("0x" is put in front of app_id and compose_hash there). The node comes under its old and its new
 * name. k256_pubkey is in newer versions only, as in answers about CVMs.
 *
 * Chosen: kms_id is the slug, which the commit is to name ("KMS instance slug" [seed 001]), and fmspc is made up.
 */
export function provision({ appId, kms, node, configuration }: Provision, image: OsImage, call: Call) {
  const quirks = call.quirks();
  const signingKey = call.apiVersion >= '2026-05-22' ? { k256_pubkey: kms.keys.signingPublicKey() } : {};
  return {
    app_id: appId === undefined ? null : written(appId, 'bare', quirks),
    app_env_encrypt_pubkey: appId === undefined ? null : kms.keys.environmentPublicKey(appId),
    compose_hash: written(configuration.composeHash, 'bare', quirks),
    kms_info: { ...kmsInfo(kms, quirks), ...signingKey },
    kms_id: kms.slug,
    fmspc: sha256Hex(`FMSPC of ${node.name}`).slice(0, 12),
    device_id: written(node.deviceId, 'bare', quirks),
    os_image_hash: written(image.hash, 'bare', quirks),
    instance_type: instanceTypeOf(configuration),
    teepod_id: node.id,
    node_id: node.id,
  };
}
