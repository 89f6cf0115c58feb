import { randomBytes } from 'node:crypto';
import { type Address, encodeFunctionData, hexToBigInt, parseEventLogs, toHex, zeroAddress } from 'viem';
import { deployContract } from './deployContract.js';
import { connectLocalChain, untilMined } from './localChain.js';
import { installMultiSend } from './multiSend.js';
import { oldSafeProxyFactoryAbi, safeAbi, safeProxyFactoryAbi } from './safeAbi.js';
import { type SafeVersion, safeArtefacts } from './safeArtefacts.js';

/** Settings of {@link deploySafe}. */
export interface DeploySafeOptions {
  readonly rpcUrl: string;
  readonly owners: readonly Address[];
  /** How many owners have to sign. */
  readonly threshold: number;
  /** Default the newest. */
  readonly version?: SafeVersion;
}

/** A Safe on a local chain, and what it is made of. */
export interface DeployedSafe {
  readonly address: Address;
  readonly owners: readonly Address[];
  readonly threshold: number;
  readonly version: SafeVersion;
  readonly singleton: Address;
  readonly factory: Address;
  readonly fallbackHandler: Address;
}

/**
 * Deploys a Safe the way Safe does: the L2 singleton, the proxy factory and the fallback handler from Safe's own
 * artefacts, whose code is the code on public chains, then a proxy set up with the owners. MultiSendCallOnly stands where
 * public chains have it.
 *
 * @throws Error when the owners and the threshold do not fit (Safe's GS2xx), or a deployment is reverted
 */
export async function deploySafe(options: DeploySafeOptions): Promise<DeployedSafe> {
  const { rpcUrl, owners, threshold, version = '1.5.0' } = options;
  const chain = await connectLocalChain(rpcUrl);
  const artefacts = safeArtefacts(version);
  const [singleton, factory, fallbackHandler] = await Promise.all([
    deployContract(chain, artefacts.singleton, 'the singleton'),
    deployContract(chain, artefacts.factory, 'the proxy factory'),
    deployContract(chain, artefacts.fallbackHandler, 'the fallback handler'),
    installMultiSend(rpcUrl),
  ]);
  const initializer = encodeFunctionData({
    abi: safeAbi,
    functionName: 'setup',
    args: [[...owners], BigInt(threshold), zeroAddress, '0x', fallbackHandler, zeroAddress, 0n, zeroAddress],
  });
  const hash = await chain.writer.writeContract({
    account: chain.payer,
    address: factory,
    abi: safeProxyFactoryAbi,
    functionName: 'createProxyWithNonce',
    args: [singleton, initializer, hexToBigInt(toHex(randomBytes(32)))],
  });
  const { logs } = await untilMined(chain, hash, 'Making the Safe');
  // Until 1.3.0 the address of the proxy was not indexed.
  const [creation] = [safeProxyFactoryAbi, oldSafeProxyFactoryAbi].flatMap((abi) =>
    parseEventLogs({ abi, eventName: 'ProxyCreation', logs }),
  );
  if (creation === undefined) throw new Error(`The proxy factory made no Safe in transaction ${hash}.`);
  return { address: creation.args.proxy, owners, threshold, version, singleton, factory, fallbackHandler };
}
