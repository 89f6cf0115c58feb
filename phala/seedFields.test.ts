import { describe, expect, it } from 'vitest';
import { commitReplica } from './commitReplica.js';
import { commitUpdate } from './commitUpdate.js';
import { createCvm } from './createCvm.js';
import { patchCvm } from './patchCvm.js';
import type { PhalaApi } from './phalaApi.js';
import { validationSchema } from './problem.js';
import { replicateCvm } from './replicateCvm.js';
import { useRecordingApi } from './testing/recordingApi.js';
import * as values from './testing/values.js';
import { vmSchema } from './vm.js';

const recording = useRecordingApi();
const { cvmId, appId, contract, deployer, composeHash, encryptedEnv, commitToken, transactionHash } = values;

/** Path of every field in a value: `gpus.gpus.slot`. Lists count as what they hold. */
function fieldsOf(value: unknown, under = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, under));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [`${under}${name}`, ...fieldsOf(inner, `${under}${name}.`)]);
}

const words = (text: string): string[] => text.split(/\s+/).sort();

/** The pages of the API documentation that the engine is built from, with every field of their requests. */
const requests: readonly [page: string, fields: string, call: (api: PhalaApi) => Promise<unknown>][] = [
  [
    'Update CVM: UpdateCvmRequest, GpuConfig, GpuSpec',
    `docker_compose_file pre_launch_script allowed_envs public_logs public_sysinfo public_tcbinfo encrypted_env
     user_config gpus gpus.gpus gpus.gpus.slot gpus.gpus.product_id gpus.attach_mode vcpu memory disk_size image
     shutdown_timeout allow_force_stop`,
    (api) => patchCvm(api, { cvmId, update: values.everyField, prepareOnly: false }),
  ],
  [
    'Commit CVM replica: CommitUpdateRequest, for a replica',
    'token compose_hash transaction_hash',
    (api) => commitReplica(api, { cvmId, commitToken, composeHash, transactionHash }),
  ],
  [
    'Commit CVM replica: CommitUpdateRequest, for an update',
    'token compose_hash transaction_hash',
    (api) => commitUpdate(api, { cvmId, commitToken, composeHash, transactionHash }),
  ],
  // Of ReplicateRequest `teepod_id` is not sent: it is the deprecated name of node_id.
  [
    'Replicate CVM: ReplicateRequest',
    'node_id encrypted_env compose_hash',
    (api) => replicateCvm(api, { cvmId, appId: null, nodeId: 6, encryptedEnv, composeHash, prepareOnly: false }),
  ],
  [
    'Create CVM replica: ReplicateRequest',
    'node_id encrypted_env compose_hash',
    (api) => replicateCvm(api, { cvmId, appId, nodeId: 6, encryptedEnv, composeHash, prepareOnly: false }),
  ],
  [
    'commitCvmProvision: parameters',
    'app_id compose_hash encrypted_env env_keys kms_id contract_address deployer_address',
    (api) => {
      const onChain = { kms: 'kms-base', contract, deployer };
      return createCvm(api, { appId, composeHash, encryptedEnv, envKeys: ['API_KEY'], onChain });
    },
  ],
];

describe('a request of the documentation', () => {
  it.each(requests)('is sent with exactly its fields: %s', async (_page, fields, call) => {
    recording.answers(values.fullVm);
    await call(recording.api);
    expect(fieldsOf(recording.seen.body).sort()).toEqual(words(fields));
  });
});

/** “Create CVM replica”, response VM. */
const vmFields = `id name status teepod_id app_id vcpu memory disk_size created_at teepod teepod.id teepod.name user_id
  vm_uuid instance_id app_url base_image manifest_version version runner docker_compose_file features
  encrypted_env_pubkey`;
/** “commitCvmProvision”, returns CommitCvmProvision. */
const commitCvmProvisionFields = `id name status app_id app_url vm_uuid instance_id vcpu memory disk_size created_at
  encrypted_env_pubkey app_auth_contract_address deployer_address`;

describe('an answer of the documentation', () => {
  // What a schema does not know it leaves out of what it reads.
  it('is read with every field: VM', () => {
    expect(fieldsOf(vmSchema.parse({ ...values.fullVm, of_tomorrow: 1 })).sort()).toEqual(words(vmFields));
  });

  it('is read with every field: CommitCvmProvision', () => {
    const answer = { ...values.fullVm, app_auth_contract_address: contract, deployer_address: deployer };
    expect(fieldsOf(vmSchema.parse(answer))).toEqual(expect.arrayContaining(words(commitCvmProvisionFields)));
  });

  it('is read with every field: HTTPValidationError, ValidationError', () => {
    const answer = { detail: [{ loc: ['body', 'gpus', 0, 'slot'], msg: 'Field required', type: 'missing', input: 1 }] };
    const fields = fieldsOf(validationSchema.parse(answer));
    expect(fields).toEqual(['detail', 'detail.loc', 'detail.msg', 'detail.type']);
  });

  it('may lack what no change needs, and have ids in the form of later versions', () => {
    const { name, status } = values.fullVm;
    const answer = { id: 'cvm_1a2b', name, status, vm_uuid: null };
    expect(vmSchema.parse(answer)).toEqual(answer);
  });
});
