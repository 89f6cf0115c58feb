import type { ChangeStatus } from '../../client/index.js';
import type { Armed } from './arm.js';
import { signal } from './perform.js';
import type { Run } from './run.js';

/** Milliseconds from the start on: nothing goes wrong any more; operators give up. */
const [calmAfter, giveUpAfter] = [20_000, 40_000];
/** Milliseconds after which owners who see nothing come of their signature sign once more. */
const patience = 7_000;

/**
 * The people around a change: owners who sign what they are asked for, and operators who lift a pause, retry what is
 * blocked, and cancel in the end. They see to it that every change can come to an end.
 */
export class Attendance {
  /** What these people are doing; they do one thing at a time. */
  idle: Promise<void> = Promise.resolve();
  private busy = false;
  private signedFor = '';
  private signedAt = 0;
  private retries = 0;
  private nextCancel = 0;
  private idleSince = Date.now();
  private phase = '';
  private readonly startedAt = Date.now();

  constructor(
    private readonly run: Run,
    private readonly armed: Armed,
  ) {}

  /** Looks at the change, and does what is due. Called again and again. */
  look(): void {
    const { latest, ended } = this.run;
    if (this.busy || latest === null || ended) return;
    this.busy = true;
    this.idle = this.act(latest)
      // Somebody did not get through: the next look tries again.
      .catch(() => {})
      .finally(() => {
        this.busy = false;
      });
  }

  private async act(status: ChangeStatus): Promise<void> {
    const { run } = this;
    const age = Date.now() - this.startedAt;
    if (status.phase !== this.phase) [this.phase, this.idleSince] = [status.phase, Date.now()];
    if (age > calmAfter) this.armed.heal();
    if (age > giveUpAfter && Date.now() > this.nextCancel) {
      this.nextCancel = Date.now() + 5_000;
      await run.send('cancel', { by: 'operator', reason: 'it takes too long' });
    }
    const idle = Date.now() - this.idleSince;
    if (status.paused && idle > 700) await run.send('resume', { by: 'operator' });
    if (status.phase === 'blocked' && idle > 300) await this.lift();
    if (status.phase === 'awaitingRegistration') await this.sign(status, idle);
  }

  private async lift(): Promise<void> {
    this.retries++;
    this.idleSince = Date.now();
    if (this.retries > 8) await this.run.send('cancel', { by: 'operator', reason: 'it does not help' });
    await this.run.send('retry', { by: 'operator' });
  }

  private async sign(status: ChangeStatus, idle: number): Promise<void> {
    const { run } = this;
    const { signing, governance } = run.schedule;
    const { proposal } = status;
    if (proposal === null || governance === 'none' || idle < signing.delay) return;
    // The engine does it itself.
    if (proposal.registrar === 'ownerKey') return;
    if (!signing.approve) {
      if (idle > signing.delay + 1_000) await run.send('reject', { by: 'owners', reason: 'not this one' });
      return;
    }
    const asked = `${status.preparations} ${status.composeHash}`;
    const again = asked === this.signedFor;
    if (again && Date.now() - this.signedAt < patience) return;
    if (signing.failFirst && this.signedFor === '') {
      this.signedFor = 'in vain';
      const transactionHash = await run.world.owners.executeInVain();
      await run.send('registered', { by: 'owners', transactionHash });
      return;
    }
    [this.signedFor, this.signedAt] = [asked, Date.now()];
    const transactionHash = await run.world.owners.execute(governance, proposal.calls);
    if (signing.tell === 'signal' && !again) await signal(run, transactionHash);
    else if (signing.tell === 'update' || again) await run.send('registered', { by: 'owners', transactionHash });
  }
}
