import type { Change } from '../../client/change.js';
import type { CoursePhase } from '../../model/phases.js';
import type { Finality } from '../../model/policy.js';
import type { ChangeResult } from '../../model/status.js';
import type { EndpointName } from '../../simulator/faults/faultRule.js';
import type { Rig } from '../rig/rig.js';

/** Long enough that a call is under way when disaster strikes, and not so long that the test waits for it. */
export const stretchMs = 15_000;
/** Seconds that a CVM takes to run what it is told: those that are being applied come first, and stay so meanwhile. */
export const operationSeconds = 22;
/** More blocks than the chain makes by itself meanwhile; they are mined at once when it is time. */
export const confirmations = 90;

/** Who signs: a Safe, the key of the engine, or nobody as no chain is asked. */
export type Signer = 'safe' | 'ownerKey' | 'none';

/** A change that stands in one phase when disaster strikes. */
export interface Undertaking {
  /** Starts the change, without waiting for anything. */
  readonly change: Change;
  readonly signer: Signer;
  /** Judges its end by what the cloud and the chain show, never by the engine's own word. */
  readonly judge: (result: ChangeResult) => void | Promise<void>;
}

/** What a kind of change has to know to be started so that it stays in a phase. */
export interface Setting {
  readonly rig: Rig;
  readonly signer: Signer;
  readonly phase: CoursePhase;
  readonly finality: Finality;
}

export type Starter = (setting: Setting) => Promise<Undertaking>;

/** Holds up the next call of that kind for a while. */
export function holdUp(rig: Rig, endpoint: EndpointName, fits: { readonly cvm?: string; readonly body?: string } = {}) {
  const { cvm, body: part } = fits;
  rig.cloud.simulator.faults.add({
    endpoint,
    ...(cvm !== undefined && { cvm }),
    ...(part !== undefined && { when: ({ body }) => body?.includes(part) ?? false }),
    what: { kind: 'delay', milliseconds: stretchMs },
  });
}

/** Starts a change and brings it into a phase, where it stays for a while. */
export async function bringInto(rig: Rig, start: Starter, signer: Signer, phase: CoursePhase): Promise<Undertaking> {
  const finality = phase === 'verifying' ? confirmations : 'latest';
  const undertaking = await start({ rig, signer, phase, finality });
  const { change } = undertaking;
  if (signer === 'safe' && !['preparing', 'awaitingRegistration'].includes(phase)) {
    await rig.register(change, await rig.until(change, 'awaitingRegistration'));
  }
  await rig.until(change, phase);
  return undertaking;
}

/** Does what is left to do for people, and sees the change to its end. */
export async function finish(rig: Rig, { change, signer }: Undertaking, phase: CoursePhase): Promise<ChangeResult> {
  if (signer === 'safe' && ['preparing', 'awaitingRegistration'].includes(phase)) {
    await rig.register(change, await rig.until(change, 'awaitingRegistration'));
  }
  return change.result();
}
