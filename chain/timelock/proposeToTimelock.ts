import type { Address, Hex } from '../../model/hex.js';
import { type ContractCall, describeCall, type RegistrationCall } from '../../model/registration.js';
import type { SafeProposal } from '../../model/safe.js';
import { describeSeconds, type TimelockProposal, type TimelockStep } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { readAccount } from '../readAccount.js';
import { proposeToSafe } from '../safe/proposeToSafe.js';
import { executeCall, operationId, scheduleCall } from './operation.js';
import { readRoles } from './readRoles.js';
import type { TimelockState } from './readTimelock.js';

interface ProposeToTimelockOptions {
  readonly timelock: Address;
  readonly operationSalt: Hex;
  /** Who is to schedule; null: found from the logs of the timelock. */
  readonly timelockProposer: Address | null;
  /** What the Safe app shows with the batch. */
  readonly title: string;
  readonly description: string;
}

/**
 * What the proposers and executors of a timelock need: one operation that makes all the calls. Where one of them is a
 * Safe, the call goes through it.
 *
 * @throws Failure ChainUnavailable; RequestRefused where the one who is to schedule may not
 */
export async function proposeToTimelock(
  chain: Chain,
  calls: readonly RegistrationCall[],
  { minDelaySeconds: delaySeconds }: TimelockState,
  { timelock, operationSalt: salt, timelockProposer, title, description }: ProposeToTimelockOptions,
): Promise<TimelockProposal> {
  const id = operationId(calls, salt);
  const { proposers, executors } = await readRoles(chain, timelock, timelockProposer);
  const what = `operation ${id} of the timelock ${timelock}: ${calls.map((call) => `${describeCall(call)} on ${call.to}`).join(', ')}`;
  const [schedule, execution] = await Promise.all([
    stepOf(chain, scheduleCall(timelock, calls, salt, delaySeconds), proposers, {
      title: `Schedule: ${title}`,
      description: `${description}. Schedules ${what}. It can be executed ${describeSeconds(delaySeconds)} later.`,
    }),
    stepOf(chain, executeCall(timelock, calls, salt), executors, {
      title: `Execute: ${title}`,
      description: `${description}. Executes ${what}.`,
    }),
  ]);
  const operation = { id, state: 'unscheduled', readyAt: null } as const;
  return { address: timelock, operation, salt, delaySeconds, schedule, execution };
}

type Words = Pick<ProposeToTimelockOptions, 'title' | 'description'>;

async function stepOf(chain: Chain, call: ContractCall, by: TimelockStep['by'], words: Words): Promise<TimelockStep> {
  return { call, by, safe: typeof by === 'string' ? null : await throughSafe(chain, call, by, words) };
}

/** The first of them that is a Safe is proposed to. */
async function throughSafe(
  chain: Chain,
  call: ContractCall,
  holders: readonly Address[],
  words: Words,
): Promise<SafeProposal | null> {
  const accounts = await Promise.all(holders.map((holder) => readAccount(chain, holder)));
  for (const { address, safe } of accounts) {
    if (safe) return proposeToSafe(chain, [call], safe, { safe: address, ...words });
  }
  return null;
}
