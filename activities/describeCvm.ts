import type { CvmDescription, PhalaActivities } from '../model/activities.js';
import { addressSchema } from '../model/hex.js';
import type { AppContract } from '../model/registration.js';
import { getAppKmsInfo } from '../phala/getAppKmsInfo.js';
import { type Cvm, getCvm } from '../phala/getCvm.js';
import { listOperations } from '../phala/listOperations.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';

interface DescribeCvmClients {
  readonly phala: PhalaApi;
  /** Whether the worker has somewhere to send notifications to. */
  readonly notifies: boolean;
}

/** Reads only: safe to repeat. */
export const createDescribeCvm = ({ phala, notifies }: DescribeCvmClients): PhalaActivities['describeCvm'] =>
  activity(async ({ cvm: id }, { signal }): Promise<CvmDescription> => {
    const cvm = await getCvm(phala, id, signal);
    const [contract, [newest]] = await Promise.all([
      governingContract(phala, cvm, signal),
      listOperations(phala, cvm.vm_uuid, { limit: 1, signal }),
    ]);
    return {
      cvmId: cvm.vm_uuid,
      name: cvm.name,
      status: cvm.status,
      appId: cvm.app_id ?? null,
      composeHash: cvm.compose_hash ?? null,
      contract,
      envEncryptionKey: cvm.kms_info?.encrypted_env_pubkey ?? null,
      newestOperation: newest ? { correlationId: newest.correlation_id, startedAt: newest.started_at } : null,
      notifies,
    };
  });

/** The contract on whose allow-lists the app's keys depend; null where its KMS is not on chain. */
async function governingContract(phala: PhalaApi, cvm: Cvm, signal: AbortSignal): Promise<AppContract | null> {
  const appId = cvm.app_id;
  if (!appId) return null;
  const kms = await getAppKmsInfo(phala, appId, signal);
  const chainId = kms.chain_id ?? cvm.kms_info?.chain_id;
  if (!kms.is_onchain_kms || chainId == null) return null;
  // The app id is the address of the contract; the API names it a second time.
  return { chainId, address: addressSchema.parse(kms.app_contract_address ?? appId) };
}
