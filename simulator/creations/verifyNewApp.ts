import { BaseError, ContractFunctionExecutionError, type Hex } from 'viem';
import { badRequest, hashNotAllowed } from '../answers/errors.js';
import { dstackAppAbi } from '../rules/dstackApp.js';
import { factoryDeployer, isRegisteredApp } from '../rules/dstackKms.js';
import { prefixed } from '../rules/hex.js';
import type { Chains } from '../state/chains.js';
import type { Cvm } from '../state/cvm.js';
import type { Kms } from '../state/kms.js';

/** An app contract that a new CVM is to run under. */
export interface NewApp {
  readonly contract: NonNullable<Cvm['onChain']>;
  readonly kms: Kms;
  readonly composeHash: Hex;
}

/**
 * What the chain has to say before a new CVM may start: "the backend verifies on-chain that the DstackApp exists, the
 * compose hash is registered, and the deployer address matches" [DOC-deploy]. The device is NOT looked at: the same page has
 * people find out by a CVM that never reaches "running", so that is left to the boot.
 *
 * Chosen: plain 400s, as OpenAPI has no other status for it, and 468 for the hash, which DOC-errors has for commits; and an
 * app must be registered with its DstackKms, where that contract is a real one.
 */
export async function verifyNewApp(chains: Chains, app: NewApp): Promise<void> {
  const { appContract, chainId } = app.contract;
  if ((await chains.read(chainId, (client) => client.getCode({ address: appContract }))) === undefined) {
    throw badRequest('The app contract does not exist on chain');
  }
  try {
    await verifyRegistered(chains, app);
    await verifyHash(chains, app);
    await verifyDeployer(chains, app);
  } catch (error) {
    if (error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionExecutionError) !== null) {
      throw badRequest('The app contract is not a DstackApp');
    }
    throw error;
  }
}

async function verifyRegistered(chains: Chains, { contract, kms: { onChain } }: NewApp): Promise<void> {
  if (onChain === undefined || onChain.madeUp) {
    return;
  }
  const registered = await chains.read(onChain.chainId, (client) =>
    isRegisteredApp(client, onChain.contract, contract.appContract),
  );
  if (!registered) {
    throw badRequest('App not registered');
  }
}

async function verifyHash(chains: Chains, { contract, composeHash }: NewApp): Promise<void> {
  const allowed = await chains.read(contract.chainId, (client) =>
    client.readContract({
      address: contract.appContract,
      abi: dstackAppAbi,
      functionName: 'allowedComposeHashes',
      args: [composeHash],
    }),
  );
  if (!allowed) {
    throw hashNotAllowed(composeHash);
  }
}

/**
 * Chosen: the deployer is the owner ("by default, owner is the deployer EOA" [DOC-multisig]) or whom the factory's event
 * names; which of the two the backend compares with is unknown, and they differ where a Safe owns the app from the start.
 */
async function verifyDeployer(chains: Chains, { contract, kms: { onChain } }: NewApp): Promise<void> {
  const { appContract, chainId, deployer } = contract;
  if (deployer === undefined) {
    return;
  }
  const owner = await chains.read(chainId, (client) =>
    client.readContract({ address: appContract, abi: dstackAppAbi, functionName: 'owner' }),
  );
  if (deployer === prefixed(owner)) {
    return;
  }
  const byFactory =
    onChain === undefined || onChain.madeUp
      ? undefined
      : await chains.read(onChain.chainId, (client) => factoryDeployer(client, onChain.contract, appContract));
  if (deployer !== byFactory) {
    throw badRequest('The deployer address does not match');
  }
}
