import { keccak256, parseAbi } from 'viem';
import { type Check, judge } from './check.js';
import type { ExportedProposal, ExportedSafe } from './exportedProposal.js';
import { type Node, orNull } from './node.js';
import { transactionFor } from './safe.js';
import { checkSignaturesOnChain } from './signaturesOnChain.js';

const safeAbi = parseAbi([
  'function VERSION() view returns (string)',
  'function getThreshold() view returns (uint256)',
  'function getOwners() view returns (address[])',
  'function nonce() view returns (uint256)',
  'function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce) view returns (bytes32)',
]);
/** Hashes of the code of MultiSendCallOnly 1.5.0, 1.4.1 and 1.3.0 (safe-deployments 1.37.63). */
const multiSendCodes: readonly string[] = [
  '0xcdbdcec38d2f1c7d961b0029ff8416b7e86e9974d6f0e9c9580c7d17fcfb6663',
  '0xecd5bd14a08c5d2122379900b2f272bdf107a7e92423c10dd5fe3254386c9939',
  '0xa9865ac2d9c7a1591619b188c4d88167b50df6cc0c5327fcbd1c8c75f7c066ad',
];
const nobody = '0x0000000000000000000000000000000000000000';

/** Whether the Safe is as shown, and makes the same hash of the calls. */
export async function checkSafeOnChain(
  node: Node,
  calls: ExportedProposal['calls'],
  safe: ExportedSafe,
): Promise<readonly Check[]> {
  const { client } = node;
  const read = { address: safe.address, abi: safeAbi } as const;
  const [version, threshold, owners, nonce] = await Promise.all([
    orNull(client.readContract({ ...read, functionName: 'VERSION' })),
    orNull(client.readContract({ ...read, functionName: 'getThreshold' })),
    orNull(client.readContract({ ...read, functionName: 'getOwners' })),
    orNull(client.readContract({ ...read, functionName: 'nonce' })),
  ]);
  const sorted = (addresses: readonly string[]): string =>
    addresses
      .map((one) => one.toLowerCase())
      .sort()
      .join(', ');
  const wrong = [
    ...(version === safe.version ? [] : [`It is of version ${version}, not ${safe.version}.`]),
    ...(threshold === BigInt(safe.threshold) ? [] : [`It needs ${threshold} signatures, not ${safe.threshold}.`]),
    ...(sorted(owners ?? []) === sorted(safe.owners) ? [] : [`Its owners are ${owners?.join(', ') ?? 'unknown'}.`]),
    ...(nonce === null || nonce > BigInt(safe.nonce)
      ? [`It is at nonce ${nonce}: a transaction with nonce ${safe.nonce} can never be executed.`]
      : []),
  ];
  const waits = nonce !== null && nonce < BigInt(safe.nonce) ? `, ${BigInt(safe.nonce) - nonce} before it` : '';
  const state = `${safe.threshold} of ${safe.owners.length} owners, version ${safe.version}, nonce ${safe.nonce}${waits}`;
  async function checkMultiSend(address: `0x${string}`): Promise<Check> {
    const code = await orNull(client.getCode({ address }));
    const isKnown = code !== null && code !== undefined && multiSendCodes.includes(keccak256(code));
    const unknown = isKnown ? [] : [`What stands at ${address} is no MultiSendCallOnly that Safe has published.`];
    return judge('multiSendOnChain', unknown, `the code of MultiSendCallOnly, as Safe has published it`);
  }

  return [
    judge('safeState', wrong, state),
    ...(await checkHash()),
    ...(await checkSignaturesOnChain(node, calls, safe)),
  ];

  async function checkHash(): Promise<readonly Check[]> {
    const own = transactionFor(calls, safe);
    if (own === null || safe.transactionHash === null) return [];
    const { to, data, operation } = own;
    const args = [to, 0n, data, operation, 0n, 0n, 0n, nobody, nobody, BigInt(own.nonce)] as const;
    const hash = await orNull(client.readContract({ ...read, functionName: 'getTransactionHash', args }));
    const differs = hash === safe.transactionHash ? [] : [`The Safe itself makes ${hash} of the calls.`];
    return [
      ...(operation === 1 ? [await checkMultiSend(to)] : []),
      judge('safeTransactionOnChain', differs, 'the Safe itself makes this hash of the calls'),
    ];
  }
}
