import { createPublicClient, http, parseAbiItem } from 'viem';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import type { Rig } from '../rig/rig.js';

const event = parseAbiItem('event ComposeHashAdded(bytes32 composeHash)');

/** A transaction of the owner key, as the chain has it. */
export interface MinedTransaction {
  readonly hash: `0x${string}`;
  readonly nonce: number;
  readonly to: `0x${string}` | null;
}

/** Everything that the owner key has sent and that was mined, by nonce. */
export async function transactionsOfOwner({ cloud: { anvil, ownerKey } }: Rig): Promise<readonly MinedTransaction[]> {
  const client = createPublicClient({ transport: http(anvil.rpcUrl), cacheTime: 0 });
  const head = Number(await client.getBlockNumber());
  const blocks = await Promise.all(
    Array.from({ length: head + 1 }, (_, number) =>
      client.getBlock({ blockNumber: BigInt(number), includeTransactions: true }),
    ),
  );
  return blocks
    .flatMap(({ transactions }) => transactions)
    .filter(({ from }) => from.toLowerCase() === ownerKey.address.toLowerCase())
    .map(({ hash, nonce, to }) => ({ hash, nonce, to }))
    .sort((one, other) => one.nonce - other.nonce);
}

/** How often the contract of a CVM was told to allow a compose hash. */
export async function registrationsOf(rig: Rig, { appId }: SimulatedCvm, composeHash: string | null): Promise<number> {
  const client = createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl), cacheTime: 0 });
  const logs = await client.getLogs({ address: appId, event, fromBlock: 'earliest' });
  return logs.filter(({ args }) => args.composeHash === composeHash).length;
}
