import type { CommitSeen, Evidence, Violation } from './evidence.js';

/** Commits by the engine. */
const ours = ({ commits }: Evidence): readonly CommitSeen[] => commits.filter(({ theirs }) => !theirs);

/** How often what was asked for took effect. */
export function effectsOf(evidence: Evidence): number {
  switch (evidence.schedule.kind) {
    case 'update':
      return ours(evidence).length;
    case 'replicate':
    case 'provision':
      return evidence.creations.length;
    case 'allowlist':
      return engineSigns(evidence) && evidence.entries.some((entry) => shown(evidence, entry)) ? 1 : 0;
  }
}

/** Whether the engine itself sends the registration. */
export const engineSigns = ({ schedule: { governance, request } }: Evidence): boolean =>
  governance === 'ownerKey' && !request.external;

/** Whether a contract ever said it, also where a reorganisation has taken it away since. */
const shown = ({ chain }: Evidence, { name, value }: Evidence['entries'][number]): boolean =>
  chain.some((event) => event.name === name && event.value === value.toLowerCase());

/** One effective commit, or none. */
export function onlyOnce(evidence: Evidence): Violation[] {
  const { schedule, commits, creations } = evidence;
  if (schedule.kind !== 'update') {
    return creations.length <= 1 ? [] : [twice(creations.map(({ name, vmUuid }) => `${name} (${vmUuid})`))];
  }
  const own = ours(evidence);
  const again = commits.filter(
    ({ theirs, composeHash }) => theirs && own.some((one) => one.composeHash === composeHash),
  );
  const all = [...own, ...again];
  return all.length <= 1 ? [] : [twice(all.map(({ composeHash, via }) => `${composeHash} by ${via}`))];
}

const twice = (seen: readonly string[]): Violation => ({
  rule: 'once',
  expected: 'one effective commit, or none',
  seen: `${seen.length}: ${seen.join(', ')}`,
});

/** What the caller was told is what happened. */
export function toldTheTruth(evidence: Evidence): Violation[] {
  const { told } = evidence;
  if (told === null) return [];
  const effects = effectsOf(evidence);
  const lie = (expected: string): Violation[] => [
    { rule: 'truth', expected, seen: `told ${describe(evidence)}; ${effects} took effect` },
  ];
  switch (told.phase) {
    case 'completed':
      return completedTruly(evidence) ? [] : lie('"completed" exactly where it took effect as told');
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return effects === 0 ? [] : lie(`nothing took effect of a change that was ${told.phase}`);
    case 'failed':
      if (told.failure?.effect === 'none') return effects === 0 ? [] : lie('a failure with effect "none" to have none');
      if (told.failure?.effect === 'taken')
        return tookEffect(evidence) ? [] : lie('a failure with effect "taken" to have one');
      return [];
  }
}

const describe = ({ told }: Evidence): string =>
  `${told?.phase}${told?.failure ? ` (${told.failure.type}, effect ${told.failure.effect})` : ''}: ${told?.summary}`;

/** By the engine, or by somebody who committed the very same before it. */
const tookEffect = (evidence: Evidence): boolean =>
  effectsOf(evidence) > 0 || evidence.commits.length > 0 || evidence.schedule.kind === 'allowlist';

function completedTruly(evidence: Evidence): boolean {
  const { schedule, told, commits, creations, booted, entries } = evidence;
  switch (schedule.kind) {
    case 'allowlist':
      return entries.every((entry) => shown(evidence, entry));
    case 'replicate':
    case 'provision': {
      const [creation] = creations;
      return told?.created === creation?.vmUuid && creation?.booted === creation?.composeHash && creation !== undefined;
    }
    case 'update': {
      if (schedule.request.touches === 'nothing') return commits.length === 0;
      const last = commits.at(-1);
      // Somebody may have committed the very update that this change prepared: then it has happened, once.
      const committed = commits.some(
        ({ composeHash }) => told?.composeHash === null || composeHash === told?.composeHash,
      );
      return committed && (last?.theirs === true || booted === last?.composeHash);
    }
  }
}

/** A CVM that was made, and of which nobody was told, is an orphan. */
export const toldOfCreations = ({ told, creations }: Evidence): Violation[] =>
  told === null
    ? []
    : creations
        .filter(
          ({ vmUuid, name }) =>
            told.created !== vmUuid && !told.summary.includes(name) && !told.summary.includes(vmUuid),
        )
        .map(({ name, vmUuid }) => ({
          rule: 'orphan',
          expected: 'the caller to be told of every CVM that was made',
          seen: `${name} (${vmUuid}) was made; told ${told.phase}: ${told.summary}`,
        }));
