import { type Address, getAddress, type Hex, zeroAddress } from 'viem';
import { z } from 'zod';
import type { Queue } from './queue.js';
import type { SafesOnChain } from './safeOnChain.js';
import { type SafeTx, safeTxHash, safeTxPreimage } from './safeTxHash.js';
import { notProposable } from './serviceError.js';
import { isValid, type ParsedSignature, parseSignatures } from './signatures.js';

const checksummed = z.string().transform((text, context): Address => {
  try {
    if (getAddress(text) === text) return text;
  } catch {
    // No address at all.
  }
  context.addIssue('must be an address with its checksum');
  return z.NEVER;
});
const natural = z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform(BigInt);
const bytes = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/)
  .transform((text) => text.toLowerCase() as Hex); // The pattern has just checked it.

/** The fields of SafeMultisigTransactionSerializer and of SafeMultisigTxSerializer (safe-eth-py) below it. */
const bodySchema = z.object({
  to: checksummed,
  value: natural,
  data: bytes.nullish().transform((data) => data ?? '0x'),
  operation: z.union([z.literal(0), z.literal(1)]),
  safeTxGas: natural,
  baseGas: natural,
  gasPrice: natural,
  gasToken: checksummed.nullish().transform((token) => token ?? zeroAddress),
  refundReceiver: checksummed.nullish().transform((receiver) => receiver ?? zeroAddress),
  nonce: natural,
  contractTransactionHash: bytes,
  sender: checksummed,
  signature: bytes.refine((text) => text.length >= 132, 'must be 65 bytes at least').nullish(),
  origin: z.string().max(200).nullish(),
});

/**
 * Takes a proposal, with the checks of SafeMultisigTransactionSerializer.validate in their order. The same one again is no
 * error: what it brings of signatures is kept.
 *
 * @throws ServiceError
 */
export async function takeProposal(
  { queue, chain }: { readonly queue: Queue; readonly chain: SafesOnChain },
  safe: Address,
  body: unknown,
): Promise<void> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notProposable(issue?.message ?? 'is not valid', String(issue?.path[0] ?? 'nonFieldErrors'));
  }
  const { contractTransactionHash, sender, signature, origin, ...fields } = parsed.data;
  const transaction: SafeTx = fields;
  const chainId = await chain.chainId();
  const hash = safeTxHash(safe, chainId, transaction);
  if (hash !== contractTransactionHash) {
    throw notProposable(`The hash is ${hash}, and not ${contractTransactionHash}`);
  }
  const account = await chain.read(safe);
  if (account === null) throw notProposable(`The owners of ${safe} cannot be read`);
  if (account.nonce > transaction.nonce) throw notProposable(`Nonce ${transaction.nonce} of ${safe} is executed`);
  const { owners } = account;
  const delegates = queue.delegatesOf(safe, owners);
  const allowed = [...owners, ...delegates.map(({ delegate }) => delegate)];
  if (!allowed.includes(sender)) throw notProposable(`Sender ${sender} is neither an owner nor a delegate`);
  const signatures = signature ? await parseSignatures(signature, hash) : [];
  const bound = { safe, hash, preimage: safeTxPreimage(safe, chainId, transaction) };
  for (const [index, one] of signatures.entries()) {
    if (!(await isValid(chain, one, bound))) throw notProposable(`The signature of ${one.owner} is not valid`);
    if (!owners.includes(one.owner) && allowed.includes(one.owner) && signatures.length > 1) {
      throw notProposable('A delegate signs alone');
    }
    if (!allowed.includes(one.owner)) throw notProposable(`Signer ${one.owner} is neither an owner nor a delegate`);
    if (isRepeated(signatures, index)) throw notProposable(`There are two signatures of ${one.owner}`);
  }
  if (signatures.length > 0 && !signatures.some(({ owner }) => owner === sender)) {
    throw notProposable(`No signature is of the sender ${sender}`);
  }
  const delegator = delegates.find(({ delegate }) => delegate === sender)?.delegator;
  const byOwner = owners.includes(sender);
  const entry = queue.entries.get(hash) ?? {
    safe,
    safeTxHash: hash,
    transaction,
    proposer: byOwner ? sender : (delegator ?? sender),
    proposedByDelegate: byOwner ? null : sender,
    submissionDate: new Date().toISOString(),
    trusted: false,
    origin: origin ?? '{}',
    confirmations: [],
    claimed: null,
  };
  entry.trusted ||= signatures.length > 0;
  queue.entries.set(hash, entry);
  for (const one of signatures) if (owners.includes(one.owner)) queue.confirm(entry, one);
}

const isRepeated = (signatures: readonly ParsedSignature[], index: number): boolean =>
  signatures.slice(0, index).some(({ owner }) => owner === signatures[index]?.owner);
