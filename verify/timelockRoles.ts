import { keccak256, parseAbi, toHex, zeroAddress } from 'viem';
import { type Check, judge, notCheckable } from './check.js';
import type { ExportedTimelock } from './exportedProposal.js';
import { type Node, orNull } from './node.js';

type Hex = `0x${string}`;

const abi = parseAbi(['function hasRole(bytes32 role, address account) view returns (bool)']);

/** Of OpenZeppelin's TimelockController. A role that the zero address has is everybody's. */
const roles = {
  schedule: { role: keccak256(toHex('PROPOSER_ROLE')), what: 'schedule' },
  execution: { role: keccak256(toHex('EXECUTOR_ROLE')), what: 'execute' },
} as const;

/** Whether those who are to make the next call of a timelock may do so. Who may make the other one is looked at when it is next. */
export async function checkTimelockRoles({ client }: Node, timelock: ExportedTimelock): Promise<readonly Check[]> {
  const { address, operation } = timelock;
  if (operation.state === 'executed' || operation.state === 'cancelled') return [];
  const step = operation.state === 'unscheduled' ? 'schedule' : 'execution';
  const { by } = timelock[step];
  const { role, what } = roles[step];
  if (by === 'unknown') return [notCheckable('timelockRoles', `nobody is named who is to ${what} the operation`)];
  const named: readonly Hex[] = by === 'anyone' ? [zeroAddress] : by;
  const held = await Promise.all(
    named.map((account) =>
      orNull(client.readContract({ address, abi, functionName: 'hasRole', args: [role, account] })),
    ),
  );
  const wrong = named.flatMap((account, index) =>
    held[index] === true
      ? []
      : [`${by === 'anyone' ? 'Not everybody may' : `${account} may not`} ${what} the operation.`],
  );
  const who = by === 'anyone' ? 'anyone' : named.join(', ');
  return [judge('timelockRoles', wrong, `${who} may ${what} the operation`)];
}
