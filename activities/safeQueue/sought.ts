import type { Chain } from '../../chain/chains.js';
import type { SafeTransactionHash } from '../../model/hex.js';
import type { SafeSigning, SafeTransaction } from '../../model/safe.js';
import type { SafeServiceApi } from '../../safeService/safeServiceApi.js';

/** The transaction that is looked for, with all that the calls need. */
export interface Sought {
  readonly chain: Chain;
  readonly service: SafeServiceApi;
  readonly safe: SafeSigning;
  readonly transaction: SafeTransaction;
  readonly hash: SafeTransactionHash;
  readonly signal: AbortSignal;
}
