import { randomBytes } from 'node:crypto';
import { type Address, encodeFunctionData, hexToBigInt, parseEventLogs, toHex, zeroAddress } from 'viem';
import { creationCode } from './creationCode.js';
import { deployContract } from './deployContract.js';
import { connectLocalChain, type LocalChain, untilMined } from './localChain.js';
import { safeAbi, safeProxyFactoryAbi } from './safeAbi.js';

/** Settings of {@link deploySafe}. */
export interface DeploySafeOptions {
  readonly rpcUrl: string;
  readonly owners: readonly Address[];
  /** How many owners have to sign. */
  readonly threshold: number;
  /** The one whose artefacts the project depends on. */
  readonly version?: '1.5.0';
}

/** A Safe on a local chain, and what it is made of. */
export interface DeployedSafe {
  readonly address: Address;
  readonly owners: readonly Address[];
  readonly threshold: number;
  readonly version: '1.5.0';
  readonly singleton: Address;
  readonly factory: Address;
  readonly fallbackHandler: Address;
}

const artefacts = {
  singleton: 'SafeL2.sol/SafeL2',
  factory: 'proxies/SafeProxyFactory.sol/SafeProxyFactory',
  fallbackHandler: 'handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler',
};

/**
 * Deploys a Safe the way Safe does: the L2 singleton, the proxy factory and the fallback handler from Safe's own npm
 * artefacts, whose code is the code on public chains, then a proxy set up with the owners.
 *
 * @throws Error when the owners and the threshold do not fit (Safe's GS2xx), or a deployment is reverted
 */
export async function deploySafe(options: DeploySafeOptions): Promise<DeployedSafe> {
  const { rpcUrl, owners, threshold, version = '1.5.0' } = options;
  const chain = await connectLocalChain(rpcUrl);
  const [singleton, factory, fallbackHandler] = await Promise.all([
    deployArtefact(chain, artefacts.singleton),
    deployArtefact(chain, artefacts.factory),
    deployArtefact(chain, artefacts.fallbackHandler),
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
  const [creation] = parseEventLogs({ abi: safeProxyFactoryAbi, eventName: 'ProxyCreation', logs });
  if (creation === undefined) throw new Error(`The proxy factory made no Safe in transaction ${hash}.`);
  return { address: creation.args.proxy, owners, threshold, version, singleton, factory, fallbackHandler };
}

function deployArtefact(chain: LocalChain, path: string): Promise<Address> {
  const file = `@safe-global/safe-smart-account/build/artifacts/contracts/${path}.json`;
  return deployContract(chain, creationCode(file), path);
}
