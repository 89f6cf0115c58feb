import { type Log, type ParseEventLogsReturnType, parseEventLogs } from 'viem';
import {
  type Address,
  addressSchema,
  composeHashSchema,
  deviceIdSchema,
  type TransactionHash,
  transactionHashSchema,
} from '../model/hex.js';
import type { AllowListEntry } from '../model/registration.js';
import { allowListEvents } from './contracts.js';

/** A change of an app contract's lists, as its event tells it. */
export interface ListChange {
  /** Who says so. */
  readonly contract: Address;
  /** How the entry stood right after. */
  readonly entry: AllowListEntry;
  readonly transactionHash: TransactionHash;
  readonly blockNumber: bigint;
}

type ListEvent = ParseEventLogsReturnType<typeof allowListEvents, undefined, true>[number];

/** The changes of any contract's lists among the logs of mined transactions, in their order. */
export const listChanges = (logs: readonly Log<bigint, number, false>[]): readonly ListChange[] =>
  parseEventLogs({ abi: allowListEvents, logs: [...logs] }).map((event) => ({
    contract: addressSchema.parse(event.address),
    entry: entryOf(event),
    transactionHash: transactionHashSchema.parse(event.transactionHash),
    blockNumber: event.blockNumber,
  }));

function entryOf(event: ListEvent): AllowListEntry {
  switch (event.eventName) {
    case 'ComposeHashAdded':
    case 'ComposeHashRemoved':
      return {
        list: 'composeHashes',
        composeHash: composeHashSchema.parse(event.args.composeHash),
        allowed: event.eventName === 'ComposeHashAdded',
      };
    case 'DeviceAdded':
    case 'DeviceRemoved':
      return {
        list: 'devices',
        deviceId: deviceIdSchema.parse(event.args.deviceId),
        allowed: event.eventName === 'DeviceAdded',
      };
    case 'AllowAnyDeviceSet':
      return { list: 'anyDevice', allowed: event.args.allowAny };
  }
}
