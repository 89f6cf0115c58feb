import { type Address, type Hex, toHex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

/** An account whose key everybody knows: worth something on a local chain only. */
export interface AnvilAccount {
  readonly address: Address;
  readonly privateKey: Hex;
}

/** The mnemonic of Foundry and Hardhat. Anvil is started with it, so its own default does not matter. */
export const testMnemonic = 'test test test test test test test test test test test junk';

/** How many accounts anvil funds, with 10,000 ether each. */
export const accountCount = 10;

let derived: readonly AnvilAccount[] | undefined;

/** The funded accounts of every chain that is started here, in the node's own order. */
export function anvilAccounts(): readonly AnvilAccount[] {
  derived ??= Array.from({ length: accountCount }, (_, addressIndex) => {
    const account = mnemonicToAccount(testMnemonic, { addressIndex });
    const { privateKey } = account.getHdKey();
    // A key derived from a mnemonic always has its private half; only one read from a public key would not.
    if (privateKey === null) throw new Error('The test mnemonic gave no private key.');
    return { address: account.address, privateKey: toHex(privateKey) };
  });
  return derived;
}
