import { type Hex, type Log, type PublicClient, parseAbi, parseEventLogs } from 'viem';

/** What the cloud reads of a DstackApp; every contract generation has it [on-chain facts §2.2, §2.3, §2.5]. */
export const dstackAppAbi = parseAbi([
  'function allowedComposeHashes(bytes32) view returns (bool)',
  'function allowedDeviceIds(bytes32) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
  'function owner() view returns (address)',
  'event ComposeHashAdded(bytes32 composeHash)',
]);

/** State of an app contract for one hash on one device [465 detail `onchain_status`, facts §2(b)]. */
export interface OnChainStatus {
  readonly composeHashAllowed: boolean;
  readonly deviceAllowed: boolean;
}

/** Reads that state at the latest block. */
export async function readOnChainStatus(
  client: PublicClient,
  appContract: Hex,
  composeHash: Hex,
  deviceId: Hex,
): Promise<OnChainStatus> {
  const contract = { address: appContract, abi: dstackAppAbi } as const;
  const [composeHashAllowed, deviceListed, anyDevice] = await Promise.all([
    client.readContract({ ...contract, functionName: 'allowedComposeHashes', args: [composeHash] }),
    client.readContract({ ...contract, functionName: 'allowedDeviceIds', args: [deviceId] }),
    client.readContract({ ...contract, functionName: 'allowAnyDevice' }),
  ]);
  return { composeHashAllowed, deviceAllowed: deviceListed || anyDevice };
}

/** Whether logs hold ComposeHashAdded(composeHash) by that very contract; its argument is not indexed. */
export function showsComposeHashAdded(logs: readonly Log[], appContract: Hex, composeHash: Hex): boolean {
  const added = parseEventLogs({ abi: dstackAppAbi, eventName: 'ComposeHashAdded', logs: [...logs] });
  return added.some((log) => log.address.toLowerCase() === appContract && log.args.composeHash === composeHash);
}
