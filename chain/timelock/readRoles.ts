import { zeroAddress } from 'viem';
import { Failure } from '../../model/failure.js';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import type { TimelockStep } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';
import { executorRole, proposerRole, timelockAbi } from './timelockAbi.js';

type Holders = TimelockStep['by'];

/** Who may do what with a timelock. */
export interface TimelockRoles {
  readonly proposers: Holders;
  readonly executors: Holders;
}

/** More than a timelock has; each is asked about. */
const mostHolders = 50;

/**
 * Reads who may schedule and who may execute. Those who were ever granted a role stand in the logs, from the first block
 * on; whether they have it still, the contract tells. `unknown` where the node does not serve logs over such a range.
 *
 * @param named who is to schedule, whatever the logs tell; null: nobody is named
 * @throws Failure ChainUnavailable; RequestRefused where the one who is named may not schedule
 */
export async function readRoles(chain: Chain, timelock: Address, named: Address | null): Promise<TimelockRoles> {
  // By itself: some nodes refuse a whole batch for the one request in it that they do not serve.
  const granted = await readGranted(chain, timelock);
  const executorsAreOpen = await hasRole(chain, timelock, executorRole, zeroAddress);
  const holders = async (role: Hex): Promise<Holders> => {
    const others = (granted?.get(role) ?? []).filter((account) => account !== named);
    const holding = await stillHolding(chain, timelock, role, named ? [named, ...others] : others);
    return granted === null && holding.length === 0 ? 'unknown' : holding;
  };
  const proposers = await holders(proposerRole);
  if (named && !proposers.includes(named)) {
    throw new Failure('RequestRefused', `${named} is not a proposer of the timelock ${timelock}.`, {
      remedy: 'Name an account that has the proposer role, or none: then it is found from the timelock.',
    });
  }
  return { proposers, executors: executorsAreOpen ? 'anyone' : await holders(executorRole) };
}

/** Everybody who was ever granted one of the roles, oldest first; null where no node tells. */
async function readGranted({ client }: Chain, address: Address): Promise<ReadonlyMap<Hex, readonly Address[]> | null> {
  try {
    const logs = await client.getContractEvents({
      address,
      abi: timelockAbi,
      eventName: 'RoleGranted',
      args: { role: [proposerRole, executorRole] },
      fromBlock: 'earliest',
      toBlock: 'latest',
      strict: true,
    });
    const granted = new Map<Hex, Address[]>();
    for (const { args } of logs) {
      const holders = granted.get(args.role) ?? [];
      const account = addressSchema.parse(args.account);
      if (args.account !== zeroAddress && !holders.includes(account)) holders.push(account);
      granted.set(args.role, holders);
    }
    return granted;
  } catch {
    // A limit of the range, and nodes have many ways to say so. An outage shows at the other reads.
    return null;
  }
}

async function stillHolding(
  chain: Chain,
  timelock: Address,
  role: Hex,
  granted: readonly Address[],
): Promise<readonly Address[]> {
  const candidates = granted.slice(0, mostHolders);
  const holding = await Promise.all(candidates.map((account) => hasRole(chain, timelock, role, account)));
  return candidates.filter((_, index) => holding[index]);
}

const hasRole = ({ client }: Chain, address: Address, role: Hex, account: Hex): Promise<boolean> =>
  client
    .readContract({ address, abi: timelockAbi, functionName: 'hasRole', args: [role, account] })
    .catch((error: unknown) => {
      throw rpcFailure(error);
    });
