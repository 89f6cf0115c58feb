import type { ChangeKind } from '../../model/kinds.js';
import type { MessageName } from '../../model/messages.js';
import type { Phase } from '../../model/phases.js';
import type { Finality } from '../../model/policy.js';
import type { EndpointName, FaultEffect } from '../../simulator/faults/faultRule.js';
import type { Quirks } from '../../simulator/state/quirks.js';
import type { RpcFault } from '../../stack/localChain/rpcProxy.js';
import type { Governance } from '../../stack/localCloud.js';

/** The kinds of change that are played. One that is adopted takes the course of an update, and prepares nothing. */
export type PlayedKind = Exclude<ChangeKind, 'adopt'>;

/** One change, with everything that goes wrong around it. All of it follows from the seed. */
export interface Schedule {
  readonly seed: number;
  readonly kind: PlayedKind;
  readonly governance: Governance;
  readonly request: RequestPlan;
  /** How the API answers about the CVM, for good. */
  readonly quirks: Quirks;
  readonly signing: SigningPlan;
  readonly faults: readonly ApiFault[];
  readonly happenings: readonly Happening[];
}

/** What is asked for. */
export interface RequestPlan {
  readonly finality: Finality;
  /** Whether the engine is told that somebody else sees to the registration. */
  readonly external: boolean;
  readonly onBaseChanged: 'hold' | 'proceed';
  readonly onHashMismatch: 'show' | 'hold';
  /** Milliseconds from the start; null: none that comes to pass. */
  readonly deadline: number | null;
  /** Update: what it touches. `nothing` asks for what the CVM has already. */
  readonly touches: 'compose' | 'resources' | 'environment' | 'nothing';
  /** Replica and new CVM: on the second node. */
  readonly otherNode: boolean;
  /** Replica: asked for under its app. New CVM: under an app contract that exists. */
  readonly underApp: boolean;
  /** New CVM: with environment variables, whose values are secret. */
  readonly environment: boolean;
  /** Allow-lists: how many entries. */
  readonly steps: 1 | 2 | 3;
}

/** What the owners do when they are asked. */
export interface SigningPlan {
  /** Whether they ever sign. */
  readonly approve: boolean;
  /** Milliseconds that they take. */
  readonly delay: number;
  readonly tell: 'update' | 'signal' | 'nobody';
  /** The Safe's first execution fails inside of a transaction that succeeds; its hash is delivered all the same. */
  readonly failFirst: boolean;
}

/** Something that the API does to the requests of this change. */
export interface ApiFault {
  readonly endpoint: EndpointName;
  /** How many requests get through before. */
  readonly skip: number;
  readonly times: number;
  readonly what: FaultEffect;
}

export interface Happening {
  readonly at: Instant;
  readonly what: Act;
}

/** When something happens: by the clock, when a phase was entered, or at the very moment of a request to the API. */
export type Instant =
  | { readonly after: number }
  | { readonly phase: Phase; readonly after: number }
  | { readonly endpoint: EndpointName; readonly skip: number; readonly side: 'before' | 'after' };

export type Act =
  | { readonly act: 'killWorker'; readonly which: 0 | 1 | 'both' }
  | { readonly act: 'restartServer' }
  | { readonly act: 'reorg'; readonly depth: number; readonly keep: 'drop' | 'move' }
  | { readonly act: 'moveClock'; readonly days: number }
  | { readonly act: 'rpcOutage'; readonly milliseconds: number; readonly fault: RpcFault }
  /** The next block asks for so much for a unit of gas; those after it for less and less. */
  | { readonly act: 'feeSpike'; readonly gwei: number }
  /** The owners take back what they registered. */
  | { readonly act: 'revoke' }
  /** Somebody prepares another update of the CVM, carries one out, or commits the very one that this change prepared. */
  | { readonly act: 'somebody'; readonly does: 'prepares' | 'updates' | 'commitsIt' }
  /** A transaction hash that is none of this change. */
  | { readonly act: 'deliver'; readonly hash: 'unknown' | 'foreign' | 'malformed'; readonly by: 'update' | 'signal' }
  | { readonly act: 'send'; readonly message: Exclude<MessageName, 'registered'> };
