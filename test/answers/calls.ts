import type { Change } from '../../client/change.js';
import type { FailureType } from '../../model/failures.js';
import type { FaultRule } from '../../simulator/faults/faultRule.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { adoption, newCompose, prepareElsewhere } from '../rig/prepareElsewhere.js';
import type { Rig } from '../rig/rig.js';
import {
  afterRegistration,
  beforeRegistration,
  onAdoption,
  onCreation,
  type Reaction,
  type Refusal,
} from './reactions.js';

/** A change under way to the call, and how to tell what came of it. */
export interface Case {
  /** Which requests the refusal strikes. */
  readonly fault: Pick<FaultRule, 'endpoint' | 'cvm'>;
  start(): Promise<Change>;
  /** How often what was asked for took effect. */
  effects(): number;
  /** What lifts a block that no `retry` does; answers whether this is such a one. */
  lift?(failure: FailureType): Promise<boolean>;
}

export interface Call {
  readonly name: string;
  readonly page: string;
  /** Its status where it is well, and what the engine does then. */
  readonly well: { readonly status: string; readonly does: string };
  readonly reactions: Partial<Record<Refusal, Reaction>>;
  /** The 465 that prepares, where this call answers it: it is no refusal. */
  readonly prepares?: string;
  /** Whether cases may run beside each other: a refusal that names no CVM strikes whoever comes first. */
  readonly beside: boolean;
  arrange(rig: Rig, variant: 'well' | 'registered'): Promise<Case>;
}

const policy = { finality: 'latest' } as const;

async function updating(rig: Rig, cvm: SimulatedCvm, endpoint: 'patchCvm' | 'commitUpdate'): Promise<Case> {
  return {
    fault: { endpoint, cvm: cvm.vmUuid },
    start: () => rig.countersign.updateCvm(rig.request(cvm)),
    effects: () => cvm.commits.length,
  };
}

/** Prepared by somebody else, who prepares the same again where the token has become void. */
async function adopting(rig: Rig, cvm: SimulatedCvm): Promise<Case> {
  const composeFile = newCompose();
  const adopt = async () => {
    const prepared = await prepareElsewhere(rig, cvm, composeFile);
    return rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
  };
  return {
    fault: { endpoint: 'commitUpdate', cvm: cvm.vmUuid },
    start: async () => (await adopt()).change,
    effects: () => cvm.commits.length,
    async lift(failure) {
      if (failure !== 'CommitTokenVoid') return false;
      return (await adopt()).outcome === 'renewed';
    },
  };
}

/** To another node: a device has to be registered where a chain governs the app. */
async function replicating(
  rig: Rig,
  cvm: SimulatedCvm,
  endpoint: 'replicateCvm' | 'replicateAppCvm' | 'commitReplica',
) {
  const { simulator } = rig.cloud;
  const node = simulator.nodes.find(({ id }) => id !== cvm.nodeId)?.id ?? 0;
  const underApp = endpoint === 'replicateAppCvm' && { appId: cvm.appId };
  return {
    fault: { endpoint, cvm: cvm.vmUuid },
    start: () => rig.countersign.replicateCvm({ cvmId: cvm.vmUuid, ...underApp, node, requestedBy: 'test', policy }),
    effects: () => simulator.ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid).length,
  };
}

const prepared = 'prepared: the owner of the contract is asked to sign; completed';

export const calls: readonly Call[] = [
  {
    name: 'PATCH /cvms/{cvm_id}',
    page: 'Update CVM',
    well: { status: '202', does: 'followed until the CVM runs it; completed' },
    prepares: prepared,
    reactions: beforeRegistration,
    beside: true,
    arrange: async (rig, variant) => updating(rig, await rig.addCvm(variant === 'well' ? 'none' : 'safe'), 'patchCvm'),
  },
  {
    name: 'PATCH /cvms/{cvm_id}, commit by headers',
    page: 'Update CVM',
    well: { status: '202', does: 'followed until the CVM runs it; completed' },
    reactions: afterRegistration,
    beside: true,
    async arrange(rig) {
      const cvm = await rig.addCvm('safe');
      cvm.quirks = { commitToken: 'absent' };
      return updating(rig, cvm, 'patchCvm');
    },
  },
  {
    name: 'POST /cvms/{cvm_id}/commit-update',
    page: 'Update CVM (OpenAPI)',
    well: { status: '202', does: 'followed until the CVM runs it; completed' },
    reactions: afterRegistration,
    beside: true,
    arrange: async (rig) => updating(rig, await rig.addCvm('safe'), 'commitUpdate'),
  },
  {
    name: 'POST /cvms/{cvm_id}/commit-update, of an adopted update',
    page: 'Update CVM (OpenAPI)',
    well: { status: '202', does: 'followed until the CVM runs it; completed' },
    reactions: onAdoption,
    beside: true,
    arrange: async (rig) => adopting(rig, await rig.addCvm('safe')),
  },
  {
    name: 'POST /cvms/{cvm_id}/replicas',
    page: 'Replicate CVM',
    well: { status: '200', does: 'followed until the replica runs; completed' },
    prepares: prepared,
    reactions: beforeRegistration,
    beside: true,
    arrange: async (rig, variant) =>
      replicating(rig, await rig.addCvm(variant === 'well' ? 'none' : 'safe'), 'replicateCvm'),
  },
  {
    name: 'POST /apps/{app_id}/cvms/{vm_uuid}/replicas',
    page: 'Create CVM replica',
    well: { status: '200', does: 'followed until the replica runs; completed' },
    prepares: prepared,
    reactions: beforeRegistration,
    beside: true,
    arrange: async (rig, variant) =>
      replicating(rig, await rig.addCvm(variant === 'well' ? 'none' : 'safe'), 'replicateAppCvm'),
  },
  {
    name: 'POST /cvms/{cvm_id}/commit-replica',
    page: 'Commit CVM replica',
    well: { status: '200', does: 'followed until the replica runs; completed' },
    reactions: afterRegistration,
    beside: true,
    arrange: async (rig) => replicating(rig, await rig.addCvm('safe'), 'commitReplica'),
  },
  {
    name: 'POST /cvms',
    page: 'commitCvmProvision',
    well: { status: '200', does: 'followed until the new CVM runs; completed' },
    reactions: onCreation,
    beside: false,
    async arrange(rig) {
      const name = rig.name();
      const compose = { dockerComposeFile: 'services: {}\n' };
      const { safe, simulator } = rig.cloud;
      return {
        fault: { endpoint: 'commitCvmProvision' },
        start: () =>
          rig.countersign.provisionCvm({
            name,
            compose,
            kms: 'ethereum',
            owner: safe.address,
            requestedBy: 'test',
            policy,
          }),
        effects: () => simulator.cvms().filter((cvm) => cvm.name === name).length,
      };
    },
  },
];
