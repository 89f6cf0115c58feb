import { BaseError, HttpRequestError, http, type LocalAccount, numberToHex, RpcRequestError } from 'viem';
import { toAccount } from 'viem/accounts';
import { z } from 'zod';
import { Failure } from '../../model/failure.js';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';

const accounts = z.array(addressSchema);
const hex = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform((text) => text as Hex); // The pattern has just checked it.
/** web3signer answers the raw transaction; geth and clef put it into an object. */
const signedTransaction = z.union([hex, z.object({ raw: hex }).transform(({ raw }) => raw)]);

/**
 * Asks a signer for the one key that it holds.
 *
 * @throws Failure SignerUnavailable; SignerRefused where it holds none or several
 */
export async function remoteAddress(url: string): Promise<Address> {
  const held = accounts.safeParse(await ask(url, 'eth_accounts', []));
  const [address, ...more] = held.data ?? [];
  if (address && more.length === 0) return address;
  throw new Failure('SignerRefused', `The signer holds ${held.data?.length ?? 'no readable list of'} keys.`, {
    remedy: 'Name the key that is to be used, such as by COUNTERSIGN_OWNER_ADDRESS, then retry.',
  });
}

/**
 * A key that a JSON-RPC signer holds, such as web3signer, as an account of viem. It signs transactions only. What the
 * signer answers is for the caller to check.
 */
export const remoteAccount = (url: string, address: Address): LocalAccount =>
  toAccount({
    address,
    async signTransaction(transaction) {
      const { to, data, gas, nonce, chainId, value, maxFeePerGas, maxPriorityFeePerGas } = transaction;
      const numbers = { gas, nonce, chainId, value: value ?? 0n, maxFeePerGas, maxPriorityFeePerGas };
      const fields = Object.entries(numbers).flatMap(([name, number]) =>
        number === undefined ? [] : [[name, numberToHex(number)] as const],
      );
      const asked = { from: address, to, data: data ?? '0x', ...Object.fromEntries(fields) };
      const answer = signedTransaction.safeParse(await ask(url, 'eth_signTransaction', [asked]));
      if (answer.data) return answer.data;
      throw new Failure('SignerAnswerWrong', 'The signer answered something else than a signed transaction.');
    },
    signMessage: () => refuse(),
    signTypedData: () => refuse(),
  });

const refuse = (): Promise<never> => Promise.reject(new Error('This key signs transactions only.'));

/**
 * The signer's own words are passed on, cut short; its URL is not, as it may hold credentials.
 *
 * @throws Failure SignerUnavailable where it does not answer, SignerRefused where it says no
 */
async function ask(url: string, method: string, params: unknown): Promise<unknown> {
  try {
    return await http(url, { retryCount: 1, timeout: 10_000 })({}).request({ method, params });
  } catch (error) {
    throw failureOf(error, method);
  }
}

/** JSON-RPC errors that pass: internal error, resource unavailable, limit exceeded. */
const passing: readonly number[] = [-32603, -32002, -32005];

function failureOf(error: unknown, method: string): Failure {
  if (!(error instanceof BaseError)) throw error;
  const refusal = error.walk((cause) => cause instanceof RpcRequestError);
  if (refusal instanceof RpcRequestError && !passing.includes(refusal.code)) {
    return new Failure('SignerRefused', `The signer refuses ${method} (${refusal.code}): ${brief(refusal.details)}`);
  }
  const answered = error.walk((cause) => cause instanceof HttpRequestError);
  const status = answered instanceof HttpRequestError ? answered.status : undefined;
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return new Failure('SignerRefused', `The signer refuses ${method}: HTTP ${status}.`);
  }
  return new Failure('SignerUnavailable', `The signer does not answer ${method}${status ? `: HTTP ${status}` : ''}.`);
}

const brief = (text: string): string => text.replace(/https?:\/\/\S+/g, '[url]').slice(0, 200);
