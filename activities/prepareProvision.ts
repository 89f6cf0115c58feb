import { describeComposeChanges } from '../model/composeChanges.js';
import { newDocument } from '../model/composeDocument.js';
import type { KmsDescription } from '../model/descriptions.js';
import type { Address } from '../model/hex.js';
import { describeNewMachine } from '../model/machineChanges.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import type { AppContract, Expectation } from '../model/registration.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { type Provisioned, provisionCvm } from '../phala/provisionCvm.js';
import { recomputeComposeHash } from '../phala/recomputeComposeHash.js';
import { activity } from './activity.js';
import { kmsTypeOf } from './kmsType.js';

/** Safe to repeat: a plan that is made again is the same plan, kept for another 14 days. */
export const createPrepareProvision = ({ phala }: { readonly phala: PhalaApi }): PhalaActivities['prepareProvision'] =>
  activity(async ({ planned, owner, kms, node, contract }) => {
    const provisioned = await provisionCvm(phala, {
      planned,
      kms: kms.slug ?? kms.id,
      kmsType: kmsTypeOf(kms.contract?.chainId ?? null),
      nodeId: node?.nodeId ?? null,
      appId: contract?.address ?? null,
    });
    const document = newDocument(planned);
    const matched = recomputeComposeHash(document) === provisioned.compose_hash;
    return {
      outcome: 'prepared',
      composeHash: provisioned.compose_hash,
      expectation: expectationOf(provisioned, kms, contract, owner),
      // The plan is kept under its compose hash: whoever may make CVMs may commit it.
      commitToken: null,
      // The server completes the document, and shows it only once the CVM exists. That it did so as documented is known
      // where the hash says so; another hash may as well be another way to complete it.
      hashCheck: matched ? 'matched' : 'notCheckable',
      recomputedHash: matched ? provisioned.compose_hash : null,
      changes: [
        ...describeComposeChanges(null, document),
        ...describeNewMachine(planned),
        ...(node ? [`node: ${node.name}`] : []),
      ],
      appId: provisioned.app_id ?? null,
      envEncryptionKey: provisioned.app_env_encrypt_pubkey ?? null,
    };
  });

function expectationOf(
  { compose_hash: composeHash, device_id: deviceId = null }: Provisioned,
  kms: KmsDescription,
  contract: AppContract | null,
  owner: Address | null,
): Expectation | null {
  if (kms.contract === null) return null;
  if (contract !== null) return { kind: 'admission', contract, composeHash, deviceId };
  return { kind: 'deployment', kms: kms.contract, owner, composeHash, deviceId };
}
