import { type Address, encodeDeployData, getAddress, type Hash, type Hex, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { compileContracts } from './compileContracts.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { connectLocalChain, untilMined } from './localChain.js';

/** Settings of {@link deployDstackApp}. */
export interface DeployDstackAppOptions {
  readonly rpcUrl: string;
  /** Who may change the allow-lists: a key's address, a Safe, a timelock. */
  readonly owner: Address;
  /** 32 bytes, allowed from the start; none by default. */
  readonly deviceId?: Hex;
  /** 32 bytes, allowed from the start; none by default. */
  readonly composeHash?: Hex;
  /** Whether the app may run on any device; false by default. */
  readonly allowAnyDevice?: boolean;
}

/**
 * Deploys an app contract, paid by an account made for it.
 *
 * @returns its address, which is the app id as well
 */
export async function deployDstackApp(options: DeployDstackAppOptions): Promise<Address> {
  const { rpcUrl, owner, deviceId = zeroHash, composeHash = zeroHash, allowAnyDevice = false } = options;
  const { DstackApp } = await compileContracts();
  const chain = await connectLocalChain(rpcUrl);
  const data = encodeDeployData({
    abi: dstackAppAbi,
    bytecode: DstackApp.bytecode,
    args: [owner, allowAnyDevice, deviceId, composeHash],
  });
  const hash = await chain.writer.sendTransaction({ account: chain.payer, data });
  const { contractAddress } = await untilMined(chain, hash, 'Deploying DstackApp');
  if (contractAddress == null) throw new Error(`Deploying DstackApp gave no contract in transaction ${hash}.`);
  return getAddress(contractAddress);
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
