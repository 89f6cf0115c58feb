import type { Faults } from '../faults/faults.js';
import type { Chains } from './chains.js';
import type { Cvms } from './cvms.js';
import type { KmsInstances } from './kms.js';
import type { Ledger } from './ledger.js';
import type { MovableClock } from './movableClock.js';
import type { Preparations } from './preparations.js';

/** Everything the simulated cloud knows and is set to; what endpoints work on. */
export interface Cloud {
  readonly apiKey: string;
  /** How long an operation takes, in milliseconds of the simulator's clock. */
  readonly operationMilliseconds: number;
  readonly clock: MovableClock;
  readonly chains: Chains;
  readonly cvms: Cvms;
  readonly kms: KmsInstances;
  readonly preparations: Preparations;
  readonly ledger: Ledger;
  readonly faults: Faults;
}
