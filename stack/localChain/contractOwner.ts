import { type Address, encodeDeployData, type Hash, type Hex, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { compileContracts } from './compileContracts.js';
import { deployContract } from './deployContract.js';
import { connectLocalChain, untilMined } from './localChain.js';

/** The interface of contracts/ContractOwner.sol, typed. */
const contractOwnerAbi = parseAbi([
  'constructor(address controller)',
  'function controller() view returns (address)',
  'function execute(address to, bytes data)',
]);

/** Settings of {@link deployContractOwner}. */
export interface DeployContractOwnerOptions {
  readonly rpcUrl: string;
  /** The one who may call through it. */
  readonly controller: Address;
}

/** Deploys an owner that is neither a key nor a Safe, as a timelock or a DAO is one. */
export async function deployContractOwner({ rpcUrl, controller }: DeployContractOwnerOptions): Promise<Address> {
  const { ContractOwner } = await compileContracts();
  const data = encodeDeployData({ abi: contractOwnerAbi, bytecode: ContractOwner.bytecode, args: [controller] });
  return deployContract(await connectLocalChain(rpcUrl), data, 'ContractOwner');
}

/** Settings of {@link executeAsContractOwner}. */
export interface ExecuteAsContractOwnerOptions {
  readonly rpcUrl: string;
  /** The contract that owns. */
  readonly owner: Address;
  /** Private key of its controller, which pays. */
  readonly controllerKey: Hex;
  readonly to: Address;
  readonly data: Hex;
}

/**
 * Makes a call as such an owner, and waits until it is mined.
 *
 * @throws ContractFunctionExecutionError from viem, with the call's own reason, when it would be reverted
 */
export async function executeAsContractOwner(options: ExecuteAsContractOwnerOptions): Promise<Hash> {
  const { rpcUrl, owner, controllerKey, to, data } = options;
  const chain = await connectLocalChain(rpcUrl);
  const { request } = await chain.reader.simulateContract({
    address: owner,
    abi: contractOwnerAbi,
    account: privateKeyToAccount(controllerKey),
    functionName: 'execute',
    args: [to, data],
  });
  const hash = await chain.writer.writeContract(request);
  await untilMined(chain, hash, `A call of the owner ${owner}`);
  return hash;
}
