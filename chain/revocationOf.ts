import { Failure } from '../model/failure.js';
import { describeEntry } from '../model/registration.js';
import { addedHash, changeFor, type Entry, includesEntry } from './entries.js';
import type { Sighting } from './sighting.js';

/**
 * What to say where something that a transaction brought about does not stand any more.
 *
 * @returns the failure RegistrationRevoked; null where all of it stands
 */
export function revocationOf({ transactionHash, entries }: Sighting, missing: readonly Entry[]): Failure | null {
  const revoked = entries.find((entry) => includesEntry(missing, entry));
  if (!revoked) return null;
  return new Failure(
    'RegistrationRevoked',
    addedHash(revoked) === null
      ? `Transaction ${transactionHash} brought it about, but it does not stand any more: ${describeEntry(changeFor(revoked))}.`
      : `Transaction ${transactionHash} registered the compose hash, but the contract does not allow it any more.`,
  );
}
