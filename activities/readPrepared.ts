import { Failure } from '../model/failure.js';
import type { HashCheck } from '../model/hashCheck.js';
import type { ComposeHash } from '../model/hex.js';
import type { Preparation } from '../model/phalaActivities.js';
import type { AppContract } from '../model/registration.js';
import type { Prepared } from '../phala/preparation.js';
import type { KeyRing } from './keyRing.js';

interface Circumstances {
  readonly keyRing: KeyRing;
  /** Whose commit token it is. */
  readonly change: string;
  /** The contract that governs the app, as it was described. */
  readonly contract: AppContract | null;
  /** The compose hash as it was computed here; null where it could not be. */
  readonly recomputed: ComposeHash | null;
  /** What is changed, for those who sign. */
  readonly changes: readonly string[];
}

/**
 * What a 465 means for the course: what has to stand on chain, and the token, sealed.
 *
 * @throws Failure AppContractUnknown, PhalaAnswerUnreadable
 */
export async function readPrepared(
  prepared: Prepared,
  { keyRing, change, contract, recomputed, changes }: Circumstances,
): Promise<Preparation> {
  const { compose_hash: composeHash, device_id: deviceId, commit_token: token, onchain_status: seen } = prepared;
  return {
    composeHash,
    expectation: {
      kind: 'admission',
      contract: contractOf(prepared, contract),
      composeHash,
      deviceId: seen?.device_id_allowed === false ? deviceId : null,
    },
    commitToken: token ? await keyRing.seal(token, change) : null,
    hashCheck: checkHash(composeHash, recomputed),
    recomputedHash: recomputed,
    changes,
    appId: null,
    envEncryptionKey: null,
  };
}

const checkHash = (planned: ComposeHash, recomputed: ComposeHash | null): HashCheck =>
  recomputed === null ? 'notCheckable' : recomputed === planned ? 'matched' : 'mismatched';

/**
 * The contract that has to be called is the one that governs the app. Where the API names another one than it did when
 * the CVM was described, nobody should sign before that is explained.
 */
function contractOf({ app_id, kms_info }: Prepared, described: AppContract | null): AppContract {
  const chainId = kms_info.chain_id ?? described?.chainId;
  if (described && (described.address !== app_id || described.chainId !== chainId)) {
    const [prepared, own] = [`${app_id} on chain ${chainId}`, `${described.address} on chain ${described.chainId}`];
    throw new Failure(
      'AppContractUnknown',
      `The preparation names the app contract ${prepared}, the app itself ${own}.`,
    );
  }
  if (chainId !== undefined) return { chainId, address: app_id };
  throw new Failure('PhalaAnswerUnreadable', 'The preparation does not say on which chain its app contract lives.');
}
