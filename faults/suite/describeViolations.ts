import type { PlayedKind } from '../schedule/schedule.js';
import type { Violation } from '../judge/evidence.js';
import type { Played } from '../play/played.js';

/** For people: what must not be, what was seen, in which schedule, and how to see it again. */
export function describeViolations(played: Played, violations: readonly Violation[], kind: PlayedKind | null): string {
  const { schedule, told, sent, milliseconds } = played;
  const { seed, ...plan } = schedule;
  return [
    `VIOLATION in the schedule of seed ${seed}`,
    ...violations.flatMap(({ rule, expected, seen }) => [`  ${rule}: expected ${expected}`, `    seen: ${seen}`]),
    `  schedule: ${JSON.stringify(plan)}`,
    `  told after ${milliseconds} ms: ${JSON.stringify(told)}`,
    `  messages: ${sent.map(({ message, refused }) => `${message} ${refused ?? 'accepted'}`).join(', ') || 'none'}`,
    `  again: npm run faults -- --seed ${seed} --schedules 1${kind ? ` --kind ${kind}` : ''}`,
  ].join('\n');
}
