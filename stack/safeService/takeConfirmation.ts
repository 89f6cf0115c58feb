import type { Hex } from 'viem';
import { z } from 'zod';
import type { Queue } from './queue.js';
import type { SafesOnChain } from './safeOnChain.js';
import { safeTxPreimage } from './safeTxHash.js';
import { notConfirmable, notFound } from './serviceError.js';
import { isValid, parseSignatures } from './signatures.js';

const bodySchema = z.object({
  signature: z
    .string()
    .regex(/^0x([0-9a-fA-F]{2}){65,}$/)
    .transform((text) => text.toLowerCase() as Hex), // The pattern has just checked it.
});

/**
 * Takes signatures of owners for a transaction that is there, with the checks of
 * SafeMultisigConfirmationSerializer.validate_signature in their order. A delegate's is none.
 *
 * @throws ServiceError
 */
export async function takeConfirmation(
  { queue, chain }: { readonly queue: Queue; readonly chain: SafesOnChain },
  hash: Hex,
  body: unknown,
): Promise<void> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw notConfirmable('must be 65 bytes as hex at least');
  const entry = queue.entries.get(hash);
  if (!entry) throw notFound(`Transaction ${hash}`);
  const { safe, transaction } = entry;
  if ((await chain.executionOf(safe, hash)) !== null) throw notConfirmable(`Transaction ${hash} is executed`);
  const owners = (await chain.read(safe))?.owners ?? [];
  const signatures = await parseSignatures(parsed.data.signature, hash);
  const preimage = safeTxPreimage(safe, await chain.chainId(), transaction);
  const seen = new Set<string>();
  for (const one of signatures) {
    if (!owners.includes(one.owner)) throw notConfirmable(`Signer ${one.owner} is no owner`);
    if (!(await isValid(chain, one, { safe, hash, preimage }))) {
      throw notConfirmable(`The signature of ${one.owner} is not valid`);
    }
    if (seen.has(one.owner)) throw notConfirmable(`There are two signatures of ${one.owner}`);
    seen.add(one.owner);
  }
  for (const one of signatures) queue.confirm(entry, one);
  entry.trusted = true;
}
