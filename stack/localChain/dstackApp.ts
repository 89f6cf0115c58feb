import { type Address, encodeDeployData, type Hash, type Hex, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { compileContracts } from './compileContracts.js';
import { deployContract } from './deployContract.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { connectLocalChain, untilMined } from './localChain.js';

/** What an app contract begins with. */
export interface NewApp {
  /** Who may change the allow-lists: a key's address, a Safe, a timelock. */
  readonly owner: Address;
  /** 32 bytes, allowed from the start; none by default. */
  readonly deviceId?: Hex;
  /** 32 bytes, allowed from the start; none by default. */
  readonly composeHash?: Hex;
  /** Whether the app may run on any device; false by default. */
  readonly allowAnyDevice?: boolean;
  /** Whether the app may run on up-to-date hardware and firmware only; false by default. */
  readonly requireTcbUpToDate?: boolean;
}

/** Settings of {@link deployDstackApp}. */
export interface DeployDstackAppOptions extends NewApp {
  readonly rpcUrl: string;
  /** How ownership passes: at once, as up to v0.5.11 (default), or when the new owner accepts it, as since 2026-05-18. */
  readonly generation?: 'ownable' | 'ownable2Step';
}

/**
 * Deploys an app contract, paid by an account made for it. No KMS knows it before it is registered there.
 *
 * @returns its address, which is the app id as well
 */
export async function deployDstackApp(options: DeployDstackAppOptions): Promise<Address> {
  const { DstackApp, DstackAppTwoStep } = await compileContracts();
  const { bytecode } = options.generation === 'ownable2Step' ? DstackAppTwoStep : DstackApp;
  const data = encodeDeployData({ abi: dstackAppAbi, bytecode, args: newAppArguments(options) });
  return deployContract(await connectLocalChain(options.rpcUrl), data, 'DstackApp');
}

/** Owner, TCB flag, any device, device id, compose hash: as DstackApp and its factory take them. */
export function newAppArguments(app: NewApp) {
  const {
    owner,
    requireTcbUpToDate = false,
    allowAnyDevice = false,
    deviceId = zeroHash,
    composeHash = zeroHash,
  } = app;
  return [owner, requireTcbUpToDate, allowAnyDevice, deviceId, composeHash] as const;
}

/** Settings of {@link registerByOwnerKey}. */
export interface RegisterByOwnerKeyOptions {
  readonly rpcUrl: string;
  /** The app contract. */
  readonly app: Address;
  /** 32 bytes. */
  readonly composeHash: Hex;
  /** 32 bytes; allowed first when given, in a transaction of its own. */
  readonly deviceId?: Hex;
  /** Private key of the contract's owner, which pays. */
  readonly ownerKey: Hex;
}

/**
 * Registers a compose hash as an owner with a key does, and waits until it is mined.
 *
 * @returns the hash of the transaction that added the compose hash
 * @throws ContractFunctionExecutionError from viem, with OwnableUnauthorizedAccount, when the key is not the owner's
 */
export async function registerByOwnerKey(options: RegisterByOwnerKeyOptions): Promise<Hash> {
  const { rpcUrl, app, composeHash, deviceId, ownerKey } = options;
  const chain = await connectLocalChain(rpcUrl);
  const contract = { address: app, abi: dstackAppAbi, account: privateKeyToAccount(ownerKey) };
  if (deviceId !== undefined) {
    const { request } = await chain.reader.simulateContract({
      ...contract,
      functionName: 'addDevice',
      args: [deviceId],
    });
    await untilMined(chain, await chain.writer.writeContract(request), `Allowing device ${deviceId}`);
  }
  const { request } = await chain.reader.simulateContract({
    ...contract,
    functionName: 'addComposeHash',
    args: [composeHash],
  });
  const hash = await chain.writer.writeContract(request);
  await untilMined(chain, hash, `Registering compose hash ${composeHash}`);
  return hash;
}
