import { keccak256, parseAbi } from 'viem';
import { type Check, judge } from './check.js';
import type { ExportedSafe } from './exportedProposal.js';
import { type Node, orNull } from './node.js';
import { type PlainCall, signedBytes, transactionFor } from './safe.js';

type Hex = `0x${string}`;
type Signature = ExportedSafe['signatures'][number];

const safeAbi = parseAbi([
  'function isOwner(address owner) view returns (bool)',
  'function approvedHashes(address owner, bytes32 hash) view returns (uint256)',
]);
/** EIP-1271, and the form of it that Safes before 1.5.0 ask with: what is hashed, in place of the hash. */
const ownerAbi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)']);
const oldOwnerAbi = parseAbi(['function isValidSignature(bytes data, bytes signature) view returns (bytes4)']);
const [valid, validOfOld] = ['0x1626ba7e', '0x20c13b0b'] as const;

/**
 * Whether each signature counts with the Safe as it stands now: it is of a present owner, an owner that is a contract says
 * that it is its own, and who is said to have approved on chain has done so.
 */
export async function checkSignaturesOnChain(
  { client, chainId }: Node,
  calls: readonly PlainCall[],
  safe: ExportedSafe,
): Promise<readonly Check[]> {
  const { address, signatures, threshold, version } = safe;
  const own = transactionFor(calls, safe);
  if (signatures.length === 0 || own === null) return [];
  const data = signedBytes(chainId, address, own);
  const wrong = await Promise.all(signatures.map(wrongWith));
  const count = `${signatures.length} of ${threshold} that are needed`;
  return [judge('signaturesOnChain', wrong.flat(), `${count}, each of a present owner`)];

  async function wrongWith(signature: Signature): Promise<readonly string[]> {
    const { owner } = signature;
    const isOwner = await orNull(
      client.readContract({ address, abi: safeAbi, functionName: 'isOwner', args: [owner] }),
    );
    if (isOwner !== true) return [`${owner} is no owner of the Safe.`];
    switch (signature.kind) {
      case 'key':
        return [];
      case 'contract':
        return (await accepts(signature)) ? [] : [`${owner} does not say that the signature is its own.`];
      case 'approval':
        return (await approved(owner)) ? [] : [`${owner} has not approved this hash on chain.`];
    }
  }

  async function accepts({ owner, signature }: Signature): Promise<boolean> {
    if (isBefore15(version)) {
      const args = [data, signature] as const;
      const read = { address: owner, abi: oldOwnerAbi, functionName: 'isValidSignature', args } as const;
      return (await orNull(client.readContract(read))) === validOfOld;
    }
    const args = [keccak256(data), signature] as const;
    const read = { address: owner, abi: ownerAbi, functionName: 'isValidSignature', args } as const;
    return (await orNull(client.readContract(read))) === valid;
  }

  async function approved(owner: Hex): Promise<boolean> {
    const args = [owner, keccak256(data)] as const;
    const given = await orNull(client.readContract({ address, abi: safeAbi, functionName: 'approvedHashes', args }));
    return given !== null && given !== 0n;
  }
}

function isBefore15(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 1 || (major === 1 && minor < 5);
}
