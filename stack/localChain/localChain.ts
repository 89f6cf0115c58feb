import {
  type Account,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  type Hash,
  type Hex,
  http,
  type PublicClient,
  parseEther,
  type TransactionReceipt,
  type Transport,
  type WalletClient,
} from 'viem';
import { generatePrivateKey, nonceManager, privateKeyToAccount } from 'viem/accounts';

/** A local chain as the scripted signers see it. */
export interface LocalChain {
  readonly id: number;
  readonly reader: PublicClient<Transport, Chain>;
  readonly writer: WalletClient<Transport, Chain>;
  /**
   * Pays wherever it does not matter who does. It is made and funded for this connection, since nonces of an account
   * that several senders share get lost: anvil itself gives the same one twice when two send at once.
   */
  readonly payer: Account;
}

/**
 * Connects to an anvil.
 *
 * @throws MethodNotFoundRpcError from viem when the node is no anvil: accounts cannot be funded there
 */
export async function connectLocalChain(rpcUrl: string): Promise<LocalChain> {
  const transport = http(rpcUrl, { retryCount: 0 });
  const id = await createPublicClient({ transport }).getChainId();
  const chain = defineChain({
    id,
    name: `local chain ${id}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const payer = privateKeyToAccount(generatePrivateKey(), { nonceManager });
  const funding = { address: payer.address, value: parseEther('100') };
  await createTestClient({ mode: 'anvil', transport }).setBalance(funding);
  const settings = { chain, transport, cacheTime: 0, pollingInterval: 50 };
  return { id, reader: createPublicClient(settings), writer: createWalletClient(settings), payer };
}

/** The account of a private key, or the chain's payer when there is none. */
export function signerOf(chain: LocalChain, privateKey: Hex | undefined): Account {
  return privateKey === undefined ? chain.payer : privateKeyToAccount(privateKey);
}

/**
 * Waits for a transaction of one's own to be mined.
 *
 * @throws Error when it is mined and reverted
 */
export async function untilMined(chain: LocalChain, hash: Hash, what: string): Promise<TransactionReceipt> {
  // A stranger's transaction of the same nonce is never taken for this one.
  const receipt = await chain.reader.waitForTransactionReceipt({ hash, checkReplacement: false });
  if (receipt.status === 'reverted') throw new Error(`${what} was mined but reverted: transaction ${hash}.`);
  return receipt;
}
