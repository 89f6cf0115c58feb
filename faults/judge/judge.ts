import { registeredOnce, registeredWhenAsked, registeredWhenCommitted } from './approval.js';
import { onlyOnce, toldOfCreations, toldTheTruth } from './effect.js';
import type { Evidence, Violation } from './evidence.js';
import { additions, hashEntry } from './standing.js';

/** Judges one schedule by what can be seen of it from outside. */
export const judge = (evidence: Evidence): Violation[] => rules.flatMap((rule) => rule(evidence));

const rules: readonly ((evidence: Evidence) => Violation[])[] = [
  ended,
  onlyOnce,
  toldTheTruth,
  toldOfCreations,
  registeredWhenCommitted,
  registeredWhenAsked,
  registeredOnce,
  answeredTruly,
  leftNothing,
];

function ended({ told, stuckAt }: Evidence): Violation[] {
  if (told !== null) return [];
  return [{ rule: 'end', expected: 'every change to end', seen: `it waits: ${stuckAt}` }];
}

const withdrawn: readonly string[] = ['cancelled', 'rejected', 'expired'];

/** A commit that may be on its way decides itself whether a withdrawal came in time; then its sender is told so. */
const leavesOpen = (answer: string | null): boolean => answer?.includes('may have taken effect') ?? false;

/** Whoever was told that his message was accepted finds that it was. */
function answeredTruly({ told, sent, chain, preparations }: Evidence): Violation[] {
  if (told === null) return [];
  const accepted = sent.filter(({ refused }) => refused === null);
  const violations: Violation[] = [];
  const withdrawal = accepted.find(
    ({ message, answer }) => (message === 'cancel' || message === 'reject') && !leavesOpen(answer),
  );
  if (withdrawal && !withdrawn.includes(told.phase)) {
    violations.push({
      rule: 'answer',
      expected: `a change whose ${withdrawal.message} was accepted to end so`,
      seen: `told ${told.phase}: ${told.summary}`,
    });
  }
  const registered = accepted.find(({ message }) => message === 'registered');
  const any =
    chain.length > 0 && preparations.every(({ composeHash }) => additions(chain, hashEntry(composeHash)).length === 0);
  if (registered && preparations.length > 0 && any) {
    violations.push({
      rule: 'answer',
      expected: 'a registration that was accepted to be on chain',
      seen: 'none of the planned hashes ever was',
    });
  }
  return violations;
}

/** Nothing of the change is left behind at the server, and its history tells of no accident of the engine's own. */
function leftNothing({ execution }: Evidence): Violation[] {
  if (execution === null) return [];
  const { running, pendingActivities, taskFailures, secrets } = execution;
  return [
    ...(running ? [{ rule: 'orphan', expected: 'the workflow to be closed', seen: 'it runs' }] : []),
    ...(pendingActivities > 0
      ? [{ rule: 'orphan', expected: 'no activity to be left', seen: `${pendingActivities} pending` }]
      : []),
    ...taskFailures.map((seen) => ({ rule: 'bug', expected: 'no workflow task to fail', seen })),
    ...secrets.map((seen) => ({ rule: 'secret', expected: 'no secret in the history', seen })),
  ];
}
