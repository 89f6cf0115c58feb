import { isDeepStrictEqual } from 'node:util';
import type { ComposeHash, DeviceId } from '../model/hex.js';
import type { Admission, AllowListChange, AllowListEntry } from '../model/registration.js';

/** An expectation of an app contract that exists. */
export type ListExpectation = Admission | AllowListChange;

/** A device that may run the app: it is listed, or any device is allowed. */
interface AdmittedDevice {
  readonly list: 'admittedDevices';
  readonly deviceId: DeviceId;
}

/**
 * One thing that has to stand on an app contract. Every expectation comes down to a list of them; how an entry is read,
 * which event shows it and which call brings it about is all that differs.
 */
export type Entry = AllowListEntry | AdmittedDevice;

/** What has to stand, in the order in which the calls belong into one batch. */
export function entriesOf(expectation: ListExpectation): readonly Entry[] {
  if (expectation.kind === 'allowList') return expectation.entries;
  const { composeHash, deviceId } = expectation;
  const device: readonly Entry[] = deviceId === null ? [] : [{ list: 'admittedDevices', deviceId }];
  return [...device, allowedHash(composeHash)];
}

export const allowedHash = (composeHash: ComposeHash): AllowListEntry => ({
  list: 'composeHashes',
  composeHash,
  allowed: true,
});

/** Whether a change of the lists is one that brings the entry about. */
export function shows(change: AllowListEntry, entry: Entry): boolean {
  switch (entry.list) {
    case 'composeHashes':
      return (
        change.list === 'composeHashes' && change.composeHash === entry.composeHash && change.allowed === entry.allowed
      );
    case 'devices':
      return change.list === 'devices' && change.deviceId === entry.deviceId && change.allowed === entry.allowed;
    case 'anyDevice':
      return change.list === 'anyDevice' && change.allowed === entry.allowed;
    case 'admittedDevices':
      return change.allowed && (change.list === 'anyDevice' || isDevice(change, entry.deviceId));
  }
}

const isDevice = (change: AllowListEntry, deviceId: DeviceId): boolean =>
  change.list === 'devices' && change.deviceId === deviceId;

/** Entries are compared by what they say: the same one is made afresh wherever it is needed. */
export const includesEntry = (entries: readonly Entry[], entry: Entry): boolean =>
  entries.some((other) => isDeepStrictEqual(other, entry));

/** The change of the lists that brings the entry about. */
export const changeFor = (entry: Entry): AllowListEntry =>
  entry.list === 'admittedDevices' ? { list: 'devices', deviceId: entry.deviceId, allowed: true } : entry;

/** The compose hash that the entry allows, which is what the API wants to see proven; null for any other entry. */
export const addedHash = (entry: Entry): ComposeHash | null =>
  entry.list === 'composeHashes' && entry.allowed ? entry.composeHash : null;
