import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { CoursePhase, Phase } from '../../model/phases.js';
import type { ChangeResult } from '../../model/status.js';
import { mine } from '../../stack/localChain/faults.js';
import type { Rig } from '../rig/rig.js';
import { struck } from '../rig/struck.js';
import { adopt, allowlist, provision, replicate, update } from './kinds.js';
import {
  bringInto,
  confirmations,
  finish,
  type Signer,
  type Starter,
  stretchMs,
  type Undertaking,
} from './undertaking.js';

const starters = { update, adopt, replicate, provision, allowlist } satisfies Record<string, Starter>;

/** A kind of change, who signs it, and the phase in which it is when disaster strikes. */
export type Case = readonly [kind: keyof typeof starters, signer: Signer, phase: CoursePhase];

/** Those that stay where they are come first; the others only stay for a while. */
const order: readonly (readonly CoursePhase[])[] = [
  ['awaitingRegistration', 'verifying'],
  ['applying'],
  ['preparing', 'committing'],
];

/** Several changes at once, each of which stands in its phase when disaster strikes. */
export class Undertakings {
  private readonly started = new Map<Case, Undertaking>();
  private readonly phases = new Map<Case, Phase>();
  private begun = 0;
  private readonly ends = new Map<Case, Promise<ChangeResult>>();

  constructor(
    private readonly rig: Rig,
    private readonly cases: readonly Case[],
  ) {}

  /** Starts them all, brings each into its phase, and notes which one that is. */
  async begin(): Promise<void> {
    for (const phases of order) {
      const present = this.cases.filter(([, , phase]) => phases.includes(phase));
      await Promise.all(
        present.map(async (each) => {
          const [kind, signer, phase] = each;
          this.started.set(each, await bringInto(this.rig, starters[kind], signer, phase));
        }),
      );
    }
    // A phase begins before its call is sent: those that are held up have to be under way.
    const { faults } = this.rig.cloud.simulator;
    await Promise.all(faults.list().map(struck));
    for (const [each, { change }] of this.started) this.phases.set(each, (await change.status()).phase);
    this.begun = Date.now();
  }

  /** After the disaster: does what is left to do for people, and sees all of them to their ends, however those are. */
  async finish(): Promise<void> {
    await mine(this.rig.cloud.anvil.rpcUrl, confirmations);
    for (const each of this.cases) this.ends.set(each, this.finishOne(each));
    await Promise.allSettled(this.ends.values());
    // What was held up before the disaster reaches the cloud now at the latest: it may have no effect any more.
    await delay(this.begun + stretchMs + 1_000 - Date.now());
  }

  /** Where a change stood when disaster struck. */
  phaseOf(each: Case): Phase | undefined {
    return this.phases.get(each);
  }

  /** @throws where a change did not come to its right end, and exactly once */
  async judged(each: Case): Promise<void> {
    const [undertaking, end] = [this.started.get(each), this.ends.get(each)];
    if (!undertaking || !end) throw new Error(`expected an end of ${each.join(' ')}; the test did not get so far`);
    const result = await end;
    expect(result.phase).toBe('completed');
    await undertaking.judge(result);
  }

  private async finishOne(each: Case): Promise<ChangeResult> {
    const undertaking = this.started.get(each);
    if (!undertaking) throw new Error(`expected ${each.join(' ')} to be started`);
    return finish(this.rig, undertaking, each[2]);
  }
}
