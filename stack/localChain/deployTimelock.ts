import { type Address, encodeDeployData, parseAbi, zeroAddress } from 'viem';
import { creationCode } from './creationCode.js';
import { deployContract } from './deployContract.js';
import { connectLocalChain } from './localChain.js';

/** Settings of {@link deployTimelock}. */
export interface DeployTimelockOptions {
  readonly rpcUrl: string;
  /** The least time between scheduling an operation and executing it. */
  readonly minDelaySeconds: number;
  /** Who may schedule, and cancel. */
  readonly proposers: readonly Address[];
  /** Who may execute; default anyone. */
  readonly executors?: readonly Address[];
  /** Who may grant and take roles without the delay; default nobody but the timelock itself. */
  readonly admin?: Address;
}

const constructorAbi = parseAbi([
  'constructor(uint256 minDelay, address[] proposers, address[] executors, address admin)',
]);

const artefact = '@openzeppelin/contracts/build/contracts/TimelockController.json';

/** Deploys OpenZeppelin's own TimelockController, from the artefact of its npm package. */
export async function deployTimelock(options: DeployTimelockOptions): Promise<Address> {
  // To grant the executor role to the zero address is to grant it to everybody.
  const { rpcUrl, minDelaySeconds, proposers, executors = [zeroAddress], admin = zeroAddress } = options;
  const data = encodeDeployData({
    abi: constructorAbi,
    bytecode: creationCode(artefact),
    args: [BigInt(minDelaySeconds), [...proposers], [...executors], admin],
  });
  return deployContract(await connectLocalChain(rpcUrl), data, 'TimelockController');
}
