import type { CommitToken } from '../model/commitToken.js';
import { Failure } from '../model/failure.js';
import type { PhalaActivities, RequestAnswer } from '../model/phalaActivities.js';
import type { AppContract } from '../model/registration.js';
import { getCommitUpdate } from '../phala/getCommitUpdate.js';
import { type Cvm, getCvm } from '../phala/getCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity, type Execution } from './activity.js';
import type { KeyRing } from './keyRing.js';

interface TakePreparationClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

type TakePreparationInput = Parameters<PhalaActivities['takePreparation']>[0];

/** Attempts that are given to the question what a token commits. */
const patience = 3;

/** Reads only: safe to repeat. */
export const createTakePreparation = ({ phala, keyRing }: TakePreparationClients): PhalaActivities['takePreparation'] =>
  activity(async (input, execution): Promise<RequestAnswer> => {
    const { cvmId, composeHash, token } = input;
    const cvm = await getCvm(phala, cvmId, execution.signal);
    if (cvm.compose_hash === composeHash) return committedElsewhere(input, cvm);
    const contract = requireContract(input);
    if (token === null)
      throw new Failure(
        'CommitTokenVoid',
        `No token is left that commits ${composeHash}: it has expired, or was refused.`,
      );
    const commitToken = await keyRing.openToken(token, execution.change);
    await requireAlive(phala, input, commitToken, execution);
    return {
      outcome: 'prepared',
      composeHash,
      // The chain tells which of the two is missing; the contract's owner is asked for no more than that.
      expectation: { kind: 'admission', contract, composeHash, deviceId: cvm.node_info?.device_id ?? input.deviceId },
      commitToken: await keyRing.seal(commitToken, execution.change),
      // The document is not known here.
      hashCheck: 'notCheckable',
      recomputedHash: null,
      changes: ['prepared elsewhere: what is changed is not known here'],
      appId: null,
      envEncryptionKey: null,
    };
  });

/** Whoever prepared it may have committed it, too: before the change began, or while people signed. */
function committedElsewhere({ composeHash, base }: TakePreparationInput, cvm: Cvm): RequestAnswer {
  if (base === composeHash && !cvm.in_progress) return { outcome: 'noChange' };
  return { outcome: 'accepted', correlationId: cvm.progress?.correlation_id ?? null, created: null };
}

/** @throws Failure RequestRefused where no chain governs the app; AppContractUnknown where another app was named */
function requireContract({ contract, appId }: TakePreparationInput): AppContract {
  if (contract === null) {
    throw new Failure('RequestRefused', 'No chain governs the app of this CVM: its updates are applied, not prepared.');
  }
  if (appId === null || appId === contract.address) return contract;
  throw new Failure(
    'AppContractUnknown',
    `The preparation names the app contract ${appId}, the app itself ${contract.address}.`,
  );
}

/**
 * Asks the API before any owner is asked to sign. Only a clear no counts: the answer is not documented, and the commit
 * tells in the end.
 *
 * @throws Failure CommitTokenVoid
 */
async function requireAlive(
  phala: PhalaApi,
  { cvmId, composeHash }: TakePreparationInput,
  commitToken: CommitToken,
  { attempt, signal }: Execution,
): Promise<void> {
  try {
    const committed = await getCommitUpdate(phala, { cvmId, commitToken }, signal);
    if (committed === null || committed === composeHash) return;
    throw new Failure('CommitTokenVoid', `The token commits ${committed}, not ${composeHash}.`);
  } catch (error) {
    if (!(error instanceof Failure) || error.type === 'CommitTokenVoid') throw error;
    if (error.class === 'expired') throw new Failure('CommitTokenVoid', error.message);
    if (error.class === 'transient' && attempt <= patience) throw error;
  }
}
