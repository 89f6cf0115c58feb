import type { AllowListStep } from '../model/allowListRequest.js';
import type { NodeName } from '../model/changeRequest.js';
import type { Node, Target } from '../model/descriptions.js';
import { Failure } from '../model/failure.js';
import type { Address, DeviceId } from '../model/hex.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import type { AllowListEntry, AppContract } from '../model/registration.js';
import { getAppKmsInfo } from '../phala/getAppKmsInfo.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findNodes } from './findNode.js';

interface DescribeAppClients {
  readonly phala: PhalaApi;
  /** What the worker tells of a change; null where it has nowhere to send notifications to. */
  readonly notifies: Target['notifies'];
}

/** Reads only: safe to repeat. Asks the API for nothing that the request says itself. */
export const createDescribeApp = ({ phala, notifies }: DescribeAppClients): PhalaActivities['describeApp'] =>
  activity(async ({ appId, chainId, steps }, { signal }) => {
    const wanted = steps.flatMap((step) => ('device' in step && step.device.node ? [step.device.node] : []));
    const [contract, nodes] = await Promise.all([
      chainId === null ? contractOf(phala, appId, signal) : { chainId, address: appId },
      findNodes(phala, wanted, signal),
    ]);
    const devices = new Map(wanted.map((name, index) => [name, nodes[index]]));
    const entries = steps.map((step) => entryOf(step, devices));
    return { name: null, appId, composeHash: null, contract, notifies, entries };
  });

async function contractOf(phala: PhalaApi, appId: Address, signal: AbortSignal): Promise<AppContract> {
  const { is_onchain_kms, chain_id, app_contract_address } = await getAppKmsInfo(phala, appId, signal);
  if (is_onchain_kms && chain_id != null) return { chainId: chain_id, address: app_contract_address ?? appId };
  throw new Failure('RequestRefused', `App ${appId} is not governed on chain: it has no allow-lists to change.`);
}

function entryOf(step: AllowListStep, nodes: ReadonlyMap<NodeName, Node | undefined>): AllowListEntry {
  switch (step.action) {
    case 'addDevice':
    case 'removeDevice':
      return { list: 'devices', deviceId: deviceOf(step.device, nodes), allowed: step.action === 'addDevice' };
    case 'removeComposeHash':
      return { list: 'composeHashes', composeHash: step.composeHash, allowed: false };
    case 'setAllowAnyDevice':
      return { list: 'anyDevice', allowed: step.allowed };
  }
}

type Device = Extract<AllowListStep, { device: unknown }>['device'];

function deviceOf({ deviceId, node }: Device, nodes: ReadonlyMap<NodeName, Node | undefined>): DeviceId {
  const found = deviceId ?? (node === undefined ? undefined : nodes.get(node)?.deviceId);
  if (found) return found;
  throw new Failure('NodeNotFound', `The API does not say which device node ${node} is. Give the device id itself.`);
}
