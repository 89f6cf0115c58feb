import type { ReplicationTarget, Target } from '../model/descriptions.js';
import { Failure } from '../model/failure.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { type Cvm, getCvm } from '../phala/getCvm.js';
import { listAppCvms } from '../phala/listAppCvms.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findNode } from './findNode.js';
import { governingContract } from './governingContract.js';

interface DescribeReplicationClients {
  readonly phala: PhalaApi;
  /** What the worker tells of a change; null where it has nowhere to send notifications to. */
  readonly notifies: Target['notifies'];
}

/** A CVM with one of these words as its status counts for nothing when the API asks which configuration is meant. */
const notLive = /stop|delet|error|fail|exit/i;

/** Reads only: safe to repeat. */
export const createDescribeReplication = ({
  phala,
  notifies,
}: DescribeReplicationClients): PhalaActivities['describeReplication'] =>
  activity(async ({ cvmId, appId: given, node: wanted, composeHash }, { signal }): Promise<ReplicationTarget> => {
    const source = await getCvm(phala, cvmId, signal);
    const appId = source.app_id ?? null;
    if (given !== null && appId !== given) {
      throw new Failure('RequestRefused', `CVM ${cvmId} belongs to app ${appId ?? '(none)'}, not to ${given}.`);
    }
    const [contract, { cvms }, node] = await Promise.all([
      governingContract(phala, source, signal),
      appId === null ? { cvms: [source] } : listAppCvms(phala, appId, signal),
      findNode(phala, wanted, signal),
    ]);
    const live = cvms.filter(({ status }) => !notLive.test(status));
    return {
      cvmId,
      name: source.name,
      appId,
      composeHash: source.compose_hash ?? null,
      contract,
      notifies,
      node,
      toReplicate: composeHash ?? (live.length > 1 ? hashOf(source, live.length) : null),
      liveInstances: live.length,
      siblings: [...new Set([cvmId, ...cvms.map(({ vm_uuid }) => vm_uuid)])],
    };
  });

/** Where the app has several live CVMs the API wants to be told: that of the source, which is what is replicated. */
function hashOf({ vm_uuid, compose_hash }: Cvm, live: number) {
  if (compose_hash) return compose_hash;
  throw new Failure(
    'ComposeHashAmbiguous',
    `The app has ${live} live CVMs, and the API does not say what ${vm_uuid} runs.`,
  );
}
