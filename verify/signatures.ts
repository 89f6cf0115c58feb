import { hashMessage, recoverAddress, size, slice, toHex } from 'viem';
import { type Check, failed, judge } from './check.js';
import type { ExportedSafe } from './exportedProposal.js';
import { type PlainCall, safeHash, transactionFor } from './safe.js';

type Hex = `0x${string}`;
type Signature = ExportedSafe['signatures'][number];

/** Bytes of r, s and v. */
const length = 65;

/**
 * Whether the signatures that were collected so far are those of the owners whose they are said to be, over the hash of the
 * calls. What a contract says of its signature, and what an owner has approved on chain, only the chain tells.
 */
export async function checkSignatures(
  chainId: number,
  calls: readonly PlainCall[],
  safe: ExportedSafe,
): Promise<readonly Check[]> {
  const { address, signatures, owners } = safe;
  if (signatures.length === 0) return [];
  const own = transactionFor(calls, safe);
  if (own === null) return [failed('signatures', 'Signatures are shown, and there is nothing that could be signed.')];
  const hash = safeHash(chainId, address, own);
  const known = signatures.map(({ owner }) => owner);
  const ofKeys = signatures.filter(({ kind }) => kind === 'key');
  const signers = await Promise.all(ofKeys.map((one) => signerOf(hash, one)));
  const wrong = [
    ...known.filter((owner) => !owners.includes(owner)).map((owner) => `${owner} is no owner of the Safe.`),
    ...known
      .filter((owner, index) => known.indexOf(owner) !== index)
      .map((owner) => `${owner} is counted more than once.`),
    ...ofKeys.flatMap(({ owner }, index) =>
      signers[index] === owner ? [] : [`The signature of ${owner} is that of ${signers[index] ?? 'nobody'}.`],
    ),
  ];
  if (wrong.length === 0 && ofKeys.length === 0) return [];
  const whose = ofKeys.map(({ owner }) => owner).join(', ');
  return [judge('signatures', wrong, `over this hash, made with the key of the owner: ${whose}`)];
}

/**
 * Who has signed, by the forms that a Safe takes (on-chain.md §3.1): v is 27 or 28 over the hash itself, 31 or 32 over it as a
 * message.
 *
 * @returns null where it has another form
 */
async function signerOf(hash: Hex, { signature }: Signature): Promise<string | null> {
  if (size(signature) !== length) return null;
  const v = Number(slice(signature, length - 1));
  const plain = v === 27 || v === 28;
  if (!plain && v !== 31 && v !== 32) return null;
  const bare: Hex = `${slice(signature, 0, length - 1)}${toHex(plain ? v : v - 4, { size: 1 }).slice(2)}`;
  const signed = plain ? hash : hashMessage({ raw: hash });
  const signer = await recoverAddress({ hash: signed, signature: bare }).catch(() => null);
  return signer?.toLowerCase() ?? null;
}
