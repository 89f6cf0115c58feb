import { type Hex, hashTypedData } from 'viem';
import { z } from 'zod';
import type { Entry, Queue } from './queue.js';
import type { SafesOnChain } from './safeOnChain.js';
import { notConfirmable } from './serviceError.js';
import { parseSignatures } from './signatures.js';

const bodySchema = z.object({
  signature: z
    .string()
    .regex(/^0x([0-9a-fA-F]{2}){65}$/)
    .transform((text) => text.toLowerCase() as Hex), // The pattern has just checked it.
});

/** Seconds for which a request to delete is good; the span before counts, too (helpers.py, TemporarySignatureHelper). */
const span = 3_600;

/** What its proposer signs to have a transaction deleted (helpers.py, DeleteMultisigTxSignatureHelper). */
export const deletionHash = ({ safe, safeTxHash }: Entry, chainId: number, seconds: number): Hex =>
  hashTypedData({
    domain: { name: 'Safe Transaction Service', version: '1.0', chainId, verifyingContract: safe },
    types: {
      DeleteRequest: [
        { name: 'safeTxHash', type: 'bytes32' },
        { name: 'totp', type: 'uint256' },
      ],
    },
    primaryType: 'DeleteRequest',
    message: { safeTxHash, totp: BigInt(Math.floor(seconds / span)) },
  });

/**
 * Sees to it that only who has proposed a transaction deletes it, and only while it is not executed
 * (SafeMultisigTransactionDeleteSerializer).
 *
 * @throws ServiceError
 */
export async function requireProposer(
  { queue, chain }: { readonly queue: Queue; readonly chain: SafesOnChain },
  entry: Entry,
  body: unknown,
): Promise<void> {
  const { safe, safeTxHash, proposer, proposedByDelegate } = entry;
  if ((await chain.executionOf(safe, safeTxHash)) !== null) throw notConfirmable('What is executed stays');
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw notConfirmable('must be 65 bytes as hex');
  const [chainId, now] = [await chain.chainId(), Date.now() / 1_000];
  const stillDelegate = queue.delegatesOf(safe, [proposer]).some(({ delegate }) => delegate === proposedByDelegate);
  for (const seconds of [now - span, now]) {
    const [one] = await parseSignatures(parsed.data.signature, deletionHash(entry, chainId, seconds));
    if (one?.owner === proposer || (stillDelegate && one?.owner === proposedByDelegate)) return;
  }
  throw notConfirmable('It is not signed by who proposed it');
}
