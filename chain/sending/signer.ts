import type { LocalAccount } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import { remoteAccount, remoteAddress } from './remoteSigner.js';

/** Where a key is: its 32 bytes, or the JSON-RPC signer that holds it. */
export type KeySource =
  | { readonly privateKey: Hex }
  | {
      readonly signerUrl: string;
      /** Which of the signer's keys; null where it holds one only. */
      readonly address: Address | null;
    };

/** A key that signs transactions. A remote one is asked for its address when it is first needed. */
export interface Signer {
  /** @throws Failure SignerUnavailable, SignerRefused */
  account(): Promise<LocalAccount>;
  /** @throws Failure SignerUnavailable, SignerRefused */
  address(): Promise<Address>;
}

export function createSigner(source: KeySource): Signer {
  if ('privateKey' in source) {
    const account = privateKeyToAccount(source.privateKey);
    return { account: async () => account, address: async () => addressSchema.parse(account.address) };
  }
  const { signerUrl } = source;
  let { address } = source;
  const known = async (): Promise<Address> => {
    address ??= await remoteAddress(signerUrl);
    return address;
  };
  return { account: async () => remoteAccount(signerUrl, await known()), address: known };
}

/** The keys of a worker. */
export interface Signers {
  /** Owns app contracts; null where the worker has none. */
  readonly owner: Signer | null;
  /** @returns null where the worker has no key of that address */
  find(address: Address): Promise<Signer | null>;
}

/** @param others keys that own nothing, such as a relayer's */
export function createSigners(owner: Signer | null, ...others: readonly (Signer | null)[]): Signers {
  return {
    owner,
    async find(address) {
      for (const signer of [owner, ...others]) if (signer && (await signer.address()) === address) return signer;
      return null;
    },
  };
}
