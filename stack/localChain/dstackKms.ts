import { type Address, encodeFunctionData, type Hash, type Hex, parseEventLogs } from 'viem';
import { compileContracts } from './compileContracts.js';
import { deployContract } from './deployContract.js';
import { type NewApp, newAppArguments } from './dstackApp.js';
import { dstackKmsAbi } from './dstackKmsAbi.js';
import { executeSafeTransaction } from './executeSafeTransaction.js';
import { connectLocalChain, type LocalChain, signerOf, untilMined } from './localChain.js';

/** Deploys a KMS contract: the factory of apps, and the register without which no app of an on-chain KMS boots. */
export async function deployDstackKms({ rpcUrl }: { readonly rpcUrl: string }): Promise<Address> {
  const { DstackKms } = await compileContracts();
  return deployContract(await connectLocalChain(rpcUrl), DstackKms.bytecode, 'DstackKms');
}

/** Who calls the factory, which anyone may: a key, or enough owners of a Safe, by their keys. */
export type AppDeployer = { readonly privateKey: Hex } | { readonly safe: Address; readonly signers: readonly Hex[] };

/** Settings of {@link deployAndRegisterApp}. */
export interface DeployAndRegisterAppOptions extends NewApp {
  readonly rpcUrl: string;
  /** The DstackKms contract. */
  readonly kmsContract: Address;
  /** An account made for it by default. */
  readonly deployer?: AppDeployer;
}

/**
 * Has a KMS contract deploy an app contract and register it, in one transaction.
 *
 * @returns the app's address, which is the app id as well: read from AppDeployedViaFactory
 * @throws Error when the transaction is reverted
 */
export async function deployAndRegisterApp(options: DeployAndRegisterAppOptions): Promise<Address> {
  const { rpcUrl, kmsContract, deployer } = options;
  const [owner, ...flagsAndLists] = newAppArguments(options);
  const data = encodeFunctionData({
    abi: dstackKmsAbi,
    functionName: 'deployAndRegisterApp',
    args: [owner, false, ...flagsAndLists],
  });
  const chain = await connectLocalChain(rpcUrl);
  const hash =
    deployer && 'safe' in deployer
      ? (await executeSafeTransaction({ rpcUrl, ...deployer, to: kmsContract, data })).transactionHash
      : await send(chain, kmsContract, data, deployer?.privateKey);
  const { logs } = await untilMined(chain, hash, 'Deploying an app');
  const created = parseEventLogs({ abi: dstackKmsAbi, eventName: 'AppDeployedViaFactory', logs });
  const own = created.find(({ address }) => address.toLowerCase() === kmsContract.toLowerCase());
  if (own === undefined) throw new Error(`${kmsContract} deployed no app in transaction ${hash}.`);
  return own.args.appId;
}

/** Settings of {@link registerApp}. */
export interface RegisterAppOptions {
  readonly rpcUrl: string;
  /** The DstackKms contract. */
  readonly kmsContract: Address;
  /** The app contract, deployed by whomever. */
  readonly app: Address;
}

/** Registers an app contract with a KMS contract, which anyone may, and waits until it is mined. */
export async function registerApp({ rpcUrl, kmsContract, app }: RegisterAppOptions): Promise<Hash> {
  const chain = await connectLocalChain(rpcUrl);
  const data = encodeFunctionData({ abi: dstackKmsAbi, functionName: 'registerApp', args: [app] });
  const hash = await send(chain, kmsContract, data);
  await untilMined(chain, hash, `Registering app ${app}`);
  return hash;
}

/** As an account made for it without a key. Estimating its gas finds a revert, with its reason. */
function send(chain: LocalChain, to: Address, data: Hex, privateKey?: Hex): Promise<Hash> {
  return chain.writer.sendTransaction({ account: signerOf(chain, privateKey), to, data });
}
