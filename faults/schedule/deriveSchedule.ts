import type { Quirks } from '../../simulator/state/quirks.js';
import type { Governance } from '../../stack/localCloud.js';
import { deriveFaults } from './deriveFaults.js';
import { deriveHappenings } from './deriveHappenings.js';
import { Random } from './random.js';
import type { PlayedKind, RequestPlan, Schedule, SigningPlan } from './schedule.js';

/**
 * Makes the schedule of a seed: the same one each time, whatever ran before.
 *
 * @param only this kind of change instead of the one that the seed would choose
 */
export function deriveSchedule(seed: number, only: PlayedKind | null = null): Schedule {
  const random = new Random(seed);
  const chosen = random.weighted<PlayedKind>([
    [45, 'update'],
    [20, 'replicate'],
    [20, 'provision'],
    [15, 'allowlist'],
  ]);
  const kind = only ?? chosen;
  const governance = random.weighted<Governance>([
    [40, 'safe'],
    [30, 'ownerKey'],
    [10, 'external'],
    // No chain governs such an app: it has no allow-lists.
    [kind === 'allowlist' ? 0 : 20, 'none'],
  ]);
  const request = deriveRequest(random);
  const quirks = deriveQuirks(random, kind);
  const signing = deriveSigning(random, governance);
  const plan = { kind, governance, request, signing };
  return {
    seed,
    ...plan,
    quirks,
    faults: deriveFaults(random, plan),
    happenings: deriveHappenings(random, plan),
  };
}

const deriveRequest = (random: Random): RequestPlan => ({
  finality: random.weighted<RequestPlan['finality']>([
    [50, 'latest'],
    [30, 'safe'],
    [10, 'finalized'],
    [10, random.integer(1, 5)],
  ]),
  external: random.chance(0.1),
  onBaseChanged: random.pick(['hold', 'proceed']),
  onHashMismatch: random.weighted([
    [80, 'show'],
    [20, 'hold'],
  ]),
  deadline: random.chance(0.06) ? random.integer(1_500, 9_000) : null,
  touches: random.weighted<RequestPlan['touches']>([
    [80, 'compose'],
    [8, 'resources'],
    [8, 'environment'],
    [4, 'nothing'],
  ]),
  otherNode: random.chance(0.5),
  underApp: random.chance(0.3),
  environment: random.chance(0.5),
  steps: random.pick([1, 2, 3]),
});

/** A server answers in one way, as a rule; each of these is allowed by the facts. */
function deriveQuirks(random: Random, kind: PlayedKind): Quirks {
  const quirk = random.next();
  if (quirk < 0.06) return { errorShape: 'nested' };
  if (quirk < 0.12) return { hexPrefix: random.pick(['always', 'never']) };
  if (quirk < 0.16) return { unregisteredAtCommit: 465 };
  switch (kind) {
    case 'update':
      // Without a token the header route is left; a replica has none.
      if (quirk < 0.2) return { errorShape: 'legacy' };
      if (quirk < 0.26) return { commitToken: 'absent' };
      return quirk < 0.32 ? { serverAddedFields: { server_says: random.integer(1, 1_000_000) } } : {};
    case 'replicate':
      return quirk < 0.22 ? { replicaPrepare: 'supersedes' } : {};
    case 'provision':
      return quirk < 0.5 ? { repeatedProvisionCommit: random.pick(['createsAnother', 'nameTaken']) } : {};
    case 'allowlist':
      return {};
  }
}

const deriveSigning = (random: Random, governance: Governance): SigningPlan => ({
  approve: random.chance(0.95),
  delay: random.chance(0.5) ? 0 : random.integer(0, 1_500),
  tell: random.weighted([
    [60, 'update'],
    [30, 'signal'],
    [10, 'nobody'],
  ]),
  failFirst: governance === 'safe' && random.chance(0.12),
});
