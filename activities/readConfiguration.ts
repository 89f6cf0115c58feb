import type { CvmConfiguration } from '../model/descriptions.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { getCvm } from '../phala/getCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { documentWith } from './documentWith.js';
import { machineOf } from './machine.js';

/** Reads only: safe to repeat. */
export const createReadConfiguration = ({
  phala,
}: {
  readonly phala: PhalaApi;
}): PhalaActivities['readConfiguration'] =>
  activity(async ({ cvm: id, composeHash }, { signal }): Promise<CvmConfiguration> => {
    const cvm = await getCvm(phala, id, signal);
    const wanted = { cvmId: cvm.vm_uuid, appId: cvm.app_id ?? null, composeHash };
    return {
      cvmId: cvm.vm_uuid,
      composeHash: cvm.compose_hash ?? null,
      document: await documentWith(phala, wanted, signal),
      machine: machineOf(cvm),
    };
  });
