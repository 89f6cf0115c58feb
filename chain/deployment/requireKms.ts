import { zeroAddress } from 'viem';
import { Failure } from '../../model/failure.js';
import { addressSchema } from '../../model/hex.js';
import type { AppContract } from '../../model/registration.js';
import type { Chain } from '../chains.js';
import { dstackKmsAbi } from '../contracts.js';
import { requireKnownApp } from '../requireKnownApp.js';
import { noAnswer, rpcFailure } from '../rpcFailure.js';

/**
 * Makes sure that a KMS contract can deploy apps, before anybody signs a call of it.
 *
 * @throws Failure ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function requireKms(chain: Chain, { address, chainId }: AppContract): Promise<void> {
  const { client } = chain;
  const read = { address, abi: dstackKmsAbi } as const;
  const code = await client.getCode({ address }).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  if (code === undefined || code === '0x') {
    throw new Failure('AppContractMissing', `There is no KMS contract at ${address} on chain ${chainId}.`, {
      remedy: `Check the KMS, and the chain behind COUNTERSIGN_RPC_URL_${chainId}, then retry.`,
    });
  }
  const [registered, implementation] = await Promise.all([
    client.readContract({ ...read, functionName: 'registeredApps', args: [zeroAddress] }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'appImplementation' }).catch(noAnswer),
  ]);
  if (registered === null || implementation === null) {
    throw unknown(`The contract at ${address} on chain ${chainId} does not answer like a KMS contract.`);
  }
  if (implementation === zeroAddress) {
    throw unknown(`The KMS contract ${address} on chain ${chainId} has no app implementation: it cannot deploy apps.`);
  }
  await requireKnownApp(chain, addressSchema.parse(implementation));
}

const unknown = (message: string): Failure =>
  new Failure('AppContractUnknown', message, {
    remedy: 'Find out which contract the KMS is, and that it is a DstackKms. Nobody should sign before; then retry.',
  });
