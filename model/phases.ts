/** Where a change stands. The first five are its course; `blocked` waits for an operator; the rest are its ends. */
export const phases = [
  'preparing',
  'awaitingRegistration',
  'verifying',
  'committing',
  'applying',
  'blocked',
  'completed',
  'rejected',
  'cancelled',
  'expired',
  'failed',
] as const;

export type Phase = (typeof phases)[number];

const ends = ['completed', 'rejected', 'cancelled', 'expired', 'failed'] as const;

/** A phase after which nothing more happens. */
export type EndPhase = (typeof ends)[number];

/** A phase of the course itself: where a change works, or waits for its registration. */
export type CoursePhase = Exclude<Phase, EndPhase | 'blocked'>;

export const hasEnded = (phase: Phase): phase is EndPhase => (ends as readonly Phase[]).includes(phase);
