import type { Registrar } from '../model/changeRequest.js';
import { Failure } from '../model/failure.js';
import type { Address } from '../model/hex.js';
import type { Account } from './readAccount.js';

interface Choice {
  /** What the request names. */
  readonly wanted: Registrar | 'auto';
  /** The key that this worker holds; null where it holds none. */
  readonly ownerKey: Address | null;
  /** How a message about the owner begins: "The contract is owned by 0x…". */
  readonly ownership: string;
}

/**
 * The registrar that was asked for, if it can do it; else the one that fits the owner.
 *
 * @throws Failure OwnerKeyMissing, RequestRefused
 */
export function chooseRegistrar(
  { kind, address }: Pick<Account, 'kind' | 'address'>,
  { wanted, ownerKey, ownership }: Choice,
): Registrar {
  const holdsKey = ownerKey === address;
  if (wanted === 'ownerKey' && !holdsKey) {
    throw new Failure(
      'OwnerKeyMissing',
      ownerKey === null
        ? `${ownership}, and this worker holds no owner key.`
        : `${ownership}, not by the owner key ${ownerKey}.`,
    );
  }
  if (wanted === 'safe' && kind !== 'safe') {
    throw new Failure('RequestRefused', `${ownership}, which is not a Safe.`, {
      remedy: 'Leave the registrar out: it is found from the owner of the contract.',
    });
  }
  if (wanted === 'timelock' && kind !== 'timelock') {
    throw new Failure('RequestRefused', `${ownership}, which is not a timelock.`, {
      remedy: 'Leave the registrar out: it is found from the owner of the contract.',
    });
  }
  if (wanted !== 'auto') return wanted;
  if (kind === 'safe' || kind === 'timelock') return kind;
  return holdsKey ? 'ownerKey' : 'external';
}
