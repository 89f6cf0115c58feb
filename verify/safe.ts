import { concat, encodeAbiParameters, keccak256, numberToHex, padHex, parseAbiParameters, size, toHex } from 'viem';
import { type Check, failed, judge, notCheckable, passed } from './check.js';
import type { ExportedSafe } from './exportedProposal.js';

type Hex = `0x${string}`;
/** What is shown of what a Safe is to sign. */
type ToSign = Pick<ExportedSafe, 'address' | 'nonce' | 'transaction' | 'transactionHash'>;
export type PlainCall = { readonly to: Hex; readonly data: Hex };

/** One transaction of a Safe, as it is signed: no value, no refund, a `safeTxGas` of 0. */
export interface SafeTransaction extends PlainCall {
  /** 0: a call. 1: a delegatecall. */
  readonly operation: 0 | 1;
  readonly nonce: number;
}

/** Hashes of the EIP-712 types of the Safe contracts, 1.3.0 and later (on-chain.md §3.1). */
const domainType = keccak256(toHex('EIP712Domain(uint256 chainId,address verifyingContract)'));
const transactionType = keccak256(
  toHex(
    'SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)',
  ),
);
const nobody = '0x0000000000000000000000000000000000000000';

/** Selector of `multiSend(bytes)`, by which a Safe makes several calls in one transaction. */
const multiSend = '0x8d80ff0a';

/** Where Safe deploys MultiSendCallOnly on most chains: 1.5.0, 1.4.1, 1.3.0 twice. It makes calls only. */
const knownMultiSends: readonly string[] = [
  '0xa83c336b20401af773b6219ba5027174338d1836',
  '0x9641d764fc13c8b624c04430c7356c1c7c8102e2',
  '0x40a2accbd92bca938b02010e17a5b8929b49130d',
  '0xa1dabef33b3b82c7814b6d82a79e50f4ac44102b',
];

/** The hash that the owners sign. */
export const safeHash = (chainId: number, safe: Hex, transaction: SafeTransaction): Hex =>
  keccak256(signedBytes(chainId, safe, transaction));

/** What is hashed, put together by hand: 0x1901, the domain, the transaction. */
export function signedBytes(chainId: number, safe: Hex, { to, data, operation, nonce }: SafeTransaction): Hex {
  const domain = encodeAbiParameters(parseAbiParameters('bytes32, uint256, address'), [
    domainType,
    BigInt(chainId),
    safe,
  ]);
  const transaction = encodeAbiParameters(
    parseAbiParameters(
      'bytes32, address, uint256, bytes32, uint8, uint256, uint256, uint256, address, address, uint256',
    ),
    [transactionType, to, 0n, keccak256(data), operation, 0n, 0n, 0n, nobody, nobody, BigInt(nonce)],
  );
  return concat(['0x1901', keccak256(domain), keccak256(transaction)]);
}

/** The transaction that makes the calls; null where it cannot be known. */
export function transactionFor(
  calls: readonly PlainCall[],
  { nonce, transaction }: Pick<ToSign, 'nonce' | 'transaction'>,
): SafeTransaction | null {
  const [call, ...more] = calls;
  if (!call) return null;
  if (more.length === 0) return { to: call.to, data: call.data, operation: 0, nonce };
  // Which of the contracts that make several calls is used, only the export says: it is looked at below.
  if (!transaction) return null;
  const packed = concat(calls.map(({ to, data }) => concat(['0x00', to, word(0), word(size(data)), data])));
  const data = concat([multiSend, encodeAbiParameters(parseAbiParameters('bytes'), [packed])]);
  return { to: transaction.to, data, operation: 1, nonce };
}

const word = (value: number): Hex => padHex(numberToHex(value), { size: 32 });

/** Whether the hash to sign is that of the calls. */
export function checkSafe(chainId: number, calls: readonly PlainCall[], safe: ToSign): readonly Check[] {
  const { address, transactionHash, transaction: shown } = safe;
  const own = transactionFor(calls, safe);
  if (own === null || transactionHash === null) {
    const wrong = transactionHash !== null || shown;
    const reason = `several calls are one batch, whose hash the Safe app shows: compare it there`;
    return [
      wrong
        ? failed('safeTransaction', 'A transaction is shown that no call leads to.')
        : notCheckable('safeTransaction', reason),
    ];
  }
  const hash = safeHash(chainId, address, own);
  const wrong = [
    ...(shown && shown.to !== own.to ? [`It goes to ${shown.to}, not to ${own.to}.`] : []),
    ...(shown && shown.data !== own.data ? ['Its data is another than that of the calls.'] : []),
    ...(shown && shown.nonce !== own.nonce ? [`It has nonce ${shown.nonce}, not ${own.nonce}.`] : []),
    ...(shown && (shown.operation === 'call' ? 0 : 1) !== own.operation ? [`It is a ${shown.operation}.`] : []),
    ...(hash === transactionHash
      ? []
      : [`The calls with nonce ${own.nonce} have the hash ${hash}, not ${transactionHash}.`]),
  ];
  const batch = own.operation === 1;
  return [
    judge('safeTransaction', wrong, `${hash} is the hash of the calls, with nonce ${own.nonce} of the Safe ${address}`),
    ...(batch ? [checkMultiSend(own.to)] : []),
  ];
}

/** The Safe hands itself over to this contract: it has to be one that Safe has published. */
const checkMultiSend = (address: Hex): Check =>
  knownMultiSends.includes(address)
    ? passed('multiSend', `${address}: MultiSendCallOnly, where Safe deploys it`)
    : notCheckable(
        'multiSend',
        `${address} is not where Safe deploys MultiSendCallOnly: its code is looked at on chain`,
      );
