import type { CvmDescription, Target } from '../model/descriptions.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { getCvm } from '../phala/getCvm.js';
import { listOperations } from '../phala/listOperations.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { governingContract } from './governingContract.js';
import { machineOf } from './machine.js';

interface DescribeCvmClients {
  readonly phala: PhalaApi;
  /** What the worker tells of a change; null where it has nowhere to send notifications to. */
  readonly notifies: Target['notifies'];
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
      machine: machineOf(cvm),
    };
  });
