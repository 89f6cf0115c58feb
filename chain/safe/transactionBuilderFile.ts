import { getAddress, keccak256, toHex } from 'viem';
import type { Address } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';

interface BatchOptions {
  readonly chainId: number;
  readonly safe: Address;
  /** Shown as the name of the batch. */
  readonly title: string;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json };

/** The version of the app whose file format this is (on-chain.md §3.4). */
const txBuilderVersion = '2.0.1';

/**
 * The file that the Safe app's Transaction Builder takes by drag and drop. Its `data` stays empty, so that the app
 * shows method and argument to the signers and encodes the call itself.
 *
 * @returns JSON text
 */
export function transactionBuilderFile(calls: readonly ContractCall[], options: BatchOptions): string {
  const { chainId, safe, title, description, createdAt } = options;
  const file = {
    version: '1.0',
    chainId: String(chainId),
    createdAt,
    meta: {
      name: title,
      description,
      txBuilderVersion,
      createdFromSafeAddress: getAddress(safe),
      createdFromOwnerAddress: '',
    },
    transactions: calls.map(showCall),
  };
  return JSON.stringify({ ...file, meta: { ...file.meta, checksum: checksum(file) } }, null, 2);
}

/** One call as the app shows it. Every value is text there: `true` for a bool, `[0x…,0x…]` for a list. */
const showCall = ({ method, arguments: given, to }: ContractCall) => ({
  to: getAddress(to),
  value: '0',
  data: null,
  contractMethod: {
    inputs: given.map(({ name, type }) => ({ internalType: type, name, type })),
    name: method,
    payable: false,
  },
  contractInputsValues: Object.fromEntries(given.map(({ name, value }) => [name, value])),
});

/**
 * The app's own checksum: keccak256 of a form in which objects stand as their sorted keys and then their values, and
 * the name of the batch counts as null (on-chain.md §3.4).
 */
export const checksum = (file: { readonly meta: { readonly [field: string]: Json } }): string => {
  const { checksum: _, ...meta } = file.meta;
  return keccak256(toHex(serialize({ ...file, meta: { ...meta, name: null } })));
};

function serialize(value: Json): string {
  if (isList(value)) return `[${value.map(serialize).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    return `{${JSON.stringify(keys)}${keys.map((key) => `${serialize(value[key] ?? null)},`).join('')}}`;
  }
  return JSON.stringify(value);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
