import { type Log, parseEventLogs } from 'viem';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import { timelockAbi } from './timelockAbi.js';

/** The first operation that a mined transaction scheduled with any timelock; null where it scheduled none. */
export function scheduledBy(
  logs: readonly Log<bigint, number, false>[],
): { readonly timelock: Address; readonly id: Hex } | null {
  const [event] = parseEventLogs({ abi: timelockAbi, eventName: 'CallScheduled', logs: [...logs] });
  return event ? { timelock: addressSchema.parse(event.address), id: event.args.id } : null;
}
