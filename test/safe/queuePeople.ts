import { getAddress, type Hex, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Change } from '../../client/change.js';
import { safeToSign } from '../../model/signing.js';
import type { SafeQueueEntry } from '../../model/safeQueue.js';
import type { ChangeStatus } from '../../model/status.js';
import {
  type SafeTransaction,
  safeTransactionHash,
  signSafeTransaction,
} from '../../stack/localChain/safeTransaction.js';
import type { Entry } from '../../stack/safeService/queue.js';
import { type Rig, safeServiceKey } from '../rig/rig.js';
import { safeOf, signed } from './people.js';

export const linesOf = async (change: Change): Promise<string> =>
  (await change.status()).events.map(({ what }) => what).join('\n');

/** Where the change takes its transaction to stand in the queue. */
export const queueOf = ({ proposal }: ChangeStatus): SafeQueueEntry | null =>
  (proposal && safeToSign(proposal)?.queue) ?? null;

export const inQueue = (status: ChangeStatus): boolean => typeof queueOf(status)?.since === 'string';

/** The entry itself, as the service has it. @throws Error where there is none */
export function entryOf({ safeService }: Rig, status: ChangeStatus): Entry {
  const { address, transactionHash } = safeOf(status);
  const entry = safeService.queued(address).find(({ safeTxHash }) => safeTxHash === transactionHash);
  if (!entry) throw new Error(`${transactionHash} is not in the queue`);
  return entry;
}

/** What the Safe app does when an owner signs what stands in the queue. */
export async function confirmInQueue(rig: Rig, status: ChangeStatus, key: Hex): Promise<void> {
  const { transactionHash } = safeOf(status);
  const signature = await signed(rig, status, key);
  await post(rig, `/v1/multisig-transactions/${transactionHash}/confirmations/`, { signature });
}

/**
 * What the Safe app does when an owner puts something into the queue: with the signature. With `difference`, another
 * transaction than the one that the change waits for.
 *
 * @returns its hash
 */
export async function proposeInQueue(
  rig: Rig,
  status: ChangeStatus,
  key: Hex,
  difference: Partial<SafeTransaction> = {},
): Promise<Hex> {
  const { address, transaction } = safeOf(status);
  if (!transaction) throw new Error('the transaction is not known');
  const { to, data, operation, nonce } = transaction;
  const proposed = { to, data, operation, value: 0n, safeTxGas: 0n, nonce: BigInt(nonce), ...difference };
  const domain = { safe: address, chainId: rig.cloud.anvil.chainId };
  const hash = safeTransactionHash(domain, proposed);
  await post(rig, `/v2/safes/${getAddress(address)}/multisig-transactions/`, {
    to: getAddress(proposed.to),
    data: proposed.data,
    operation: proposed.operation === 'call' ? 0 : 1,
    nonce: String(proposed.nonce),
    ...{ value: '0', safeTxGas: '0', baseGas: '0', gasPrice: '0', gasToken: zeroAddress, refundReceiver: zeroAddress },
    contractTransactionHash: hash,
    sender: privateKeyToAccount(key).address,
    signature: await signSafeTransaction(domain, proposed, key),
  });
  return hash;
}

async function post({ safeService }: Rig, path: string, body: object): Promise<void> {
  const response = await fetch(`${safeService.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${safeServiceKey}` },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
}
