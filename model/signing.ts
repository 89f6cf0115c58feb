import type { Proposal } from './registration.js';
import { type SafeProposal, type SafeSigning, withSignaturesOf } from './safe.js';
import { nextStep, type TimelockProposal } from './timelock.js';

/** The Safe whose owners have to sign now: the one that owns the contract, or that makes the timelock's next call. */
export function safeToSign({ registrar, safe, timelock }: Proposal): SafeProposal | null {
  if (registrar === 'timelock') return (timelock && nextStep(timelock)?.safe) ?? null;
  return registrar === 'safe' ? safe : null;
}

/** The proposal with what is newly known of the Safe whose owners have to sign now. */
export function withSafe(proposal: Proposal, known: Partial<SafeSigning>): Proposal {
  const { registrar, safe, timelock } = proposal;
  if (registrar === 'safe') return safe ? { ...proposal, safe: { ...safe, ...known } } : proposal;
  const step = timelock && nextStep(timelock);
  if (!timelock || !step?.safe) return proposal;
  const signed = { ...step, safe: { ...step.safe, ...known } };
  const [schedule, execution] = step === timelock.schedule ? [signed, timelock.execution] : [timelock.schedule, signed];
  return { ...proposal, timelock: { ...timelock, schedule, execution } };
}

/** The newer reading of a timelock's proposal, with the signatures that came in meanwhile. */
export function withStepSignaturesOf(known: TimelockProposal, fresh: TimelockProposal): TimelockProposal {
  const [schedule, execution] = (['schedule', 'execution'] as const).map((name) => {
    const { safe } = fresh[name];
    return safe ? { ...fresh[name], safe: withSignaturesOf(known[name].safe, safe) } : fresh[name];
  });
  return { ...fresh, schedule: schedule ?? fresh.schedule, execution: execution ?? fresh.execution };
}
