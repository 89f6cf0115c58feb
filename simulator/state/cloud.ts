import type { Faults } from '../faults/faults.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import type { AppIds } from './appIds.js';
import type { Chains } from './chains.js';
import type { Cvms } from './cvms.js';
import type { CloudEvents } from './events.js';
import type { KmsInstances } from './kms.js';
import type { Ledger } from './ledger.js';
import type { MovableClock } from './movableClock.js';
import type { Nodes } from './nodes.js';
import type { OpenStreams } from './openStreams.js';
import type { Preparations } from './preparations.js';
import type { Provisions } from './provisions.js';
import type { ReplicaPreparations } from './replicaPreparations.js';

/** Everything the simulated cloud knows and is set to; what endpoints work on. */
export interface Cloud {
  readonly apiKey: string;
  /** How long an operation takes, in milliseconds of the simulator's clock. */
  readonly operationMilliseconds: number;
  readonly clock: MovableClock;
  readonly chains: Chains;
  readonly cvms: Cvms;
  readonly kms: KmsInstances;
  readonly nodes: Nodes;
  readonly appIds: AppIds;
  readonly preparations: Preparations;
  readonly provisions: Provisions;
  readonly replicaPreparations: ReplicaPreparations;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly events: CloudEvents;
  readonly webhooks: Webhooks;
  readonly streams: OpenStreams;
}
