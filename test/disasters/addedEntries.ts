import { createPublicClient, type Hex, http, parseAbi } from 'viem';
import type { Rig } from '../rig/rig.js';

const events = parseAbi(['event ComposeHashAdded(bytes32 composeHash)', 'event DeviceAdded(bytes32 deviceId)']);

/**
 * How often an entry was added to the lists of an app since the cloud began: each time is a transaction.
 *
 * @param app its contract; null: whichever
 */
export async function addedEntries({ cloud }: Rig, app: Hex | null, entry: Hex | null): Promise<number> {
  const client = createPublicClient({ transport: http(cloud.anvil.rpcUrl) });
  const logs = await client.getLogs({ ...(app && { address: app }), events, fromBlock: 'earliest' });
  return logs.filter(({ data, topics }) => [data, ...topics].includes(entry ?? '0x')).length;
}
