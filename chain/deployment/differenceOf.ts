import type { TransactionReceipt } from 'viem';
import { Failure } from '../../model/failure.js';
import type { ComposeHash } from '../../model/hex.js';
import { describeEntry } from '../../model/registration.js';
import { addedHash, changeFor } from '../entries.js';
import { listChanges } from '../listChanges.js';
import { revocationOf } from '../revocationOf.js';
import type { AppState, DeployedApp, OwnedDeployment } from './deployedApp.js';

/**
 * What keeps an app that a transaction deployed from being the expected one.
 *
 * @param state how the app stands now; null where it does not answer
 * @param receipt of the transaction
 * @returns a failure of class `refused`; null where nothing does
 */
export function differenceOf(
  deployment: OwnedDeployment,
  { address, sighting }: DeployedApp,
  state: AppState | null,
  receipt: TransactionReceipt,
): Failure | null {
  const app = `The app ${address}, which transaction ${sighting.transactionHash} deployed,`;
  const another = (what: string): Failure => new Failure('TransactionOfAnotherEntry', `${app} ${what}.`);
  if (state === null) return another('does not answer like an app');

  const revocation = revocationOf(sighting, state.missing);
  if (revocation) return revocation;
  if (state.missing.some((entry) => addedHash(entry) !== null)) {
    const hash = hashIn(receipt, address);
    return new Failure(
      'TransactionOfAnotherComposeHash',
      `${app} has ${hash === null ? 'no compose hash' : `compose hash ${hash}`}, not ${deployment.composeHash}.`,
    );
  }
  const { owner } = deployment;
  if (state.owner !== owner) return another(`is owned by ${state.owner}, not by ${owner}`);
  if (!state.registered) return another(`is not registered with the KMS contract ${deployment.kms.address}`);
  const [missing] = state.missing;
  return missing ? another(`does not stand as expected: ${describeEntry(changeFor(missing))}`) : null;
}

/** The compose hash that an app began with. */
function hashIn({ logs }: TransactionReceipt, app: string): ComposeHash | null {
  const own = listChanges(logs).filter(({ contract }) => contract === app);
  return own.map(({ entry }) => addedHash(entry)).find((hash) => hash !== null) ?? null;
}
