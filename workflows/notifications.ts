import { CancellationScope } from '@temporalio/workflow';
import type { ComposeHash } from '../model/hex.js';
import {
  type Announceable,
  announcedByDefault,
  type Notification,
  type NotificationEvent,
} from '../model/notification.js';
import { notificationOf, timesOf } from '../model/notificationOf.js';
import { hasEnded } from '../model/phases.js';
import { handOver, notify, remind } from './activities.js';
import type { Change } from './change.js';

/** What happens to a change, as far as people may want to know: a phase that was entered, or something in between. */
export type News = 'phase' | 'paused' | 'resumed' | 'operationMoved';

/** Notifications of passing phases that are waited for at a time: beyond that the oldest is left to itself. */
const mostUnderWay = 10;

/** What lasts until somebody outside acts. */
const lasting: readonly Announceable[] = ['awaitingRegistration', 'blocked', 'paused'];

/**
 * Tells the world about a change. Nothing here holds it up, and the history does not grow with the time: a wait is told,
 * and reminded of, by one activity, which looks by itself whether the wait is over.
 */
export class Notifications {
  private count = 0;
  /** What people were last asked to register. */
  private asked: ComposeHash | null = null;
  private readonly underWay = new Map<string, Notification>();
  /** Of no step and no message: a cancellation of theirs is not one of what is told. */
  private readonly shelter = new CancellationScope({ cancellable: false });

  constructor(private readonly change: Change) {}

  /** Called when something has happened. */
  tell(news: News): void {
    const { status } = this.change;
    const { phase } = status;
    status.wait = null;
    if (news === 'paused') this.announce('paused', news);
    else if (news === 'operationMoved') this.announce('awaitingRegistration', news);
    else if (news === 'phase' && !hasEnded(phase)) this.announce(phase, phase);
  }

  /** Has the end told, and what is still on its way, by a workflow of its own: this one does not wait for anybody. */
  async handOver(): Promise<void> {
    const { notifies, status } = this.change;
    if (notifies === null) return;
    const { change, runId, phase } = status;
    const notifications = [...this.underWay.values(), this.make(phase)];
    // Where the server takes none, the change itself has ended all the same.
    await this.shelter.run(() => handOver({ change, runId, notifications })).catch(() => {});
  }

  private announce(what: Announceable, event: NotificationEvent): void {
    const { notifies, status } = this.change;
    if (notifies === null || !(notifies ?? announcedByDefault).includes(what)) return;
    if (lasting.includes(what)) this.park(what, event);
    else this.pass(event);
    if (what === 'awaitingRegistration') this.asked = status.composeHash;
  }

  /** Tells of something that lasts. */
  private park(what: Announceable, event: NotificationEvent): void {
    const { status } = this.change;
    const since = new Date().toISOString();
    // Before it is told: this is part of it.
    status.wait = { what, deliveryId: this.nextId(), since };
    const notification = this.make(event, status.wait.deliveryId);
    const summary = `tell that the change is ${what}, and remind of it`;
    const wait = { notification, since, ...timesOf(status) };
    this.shelter.run(() => remind.executeWithOptions({ summary }, [wait])).catch(() => {});
  }

  /** Tells of something that passes by itself. */
  private pass(event: NotificationEvent): void {
    const notification = this.make(event);
    const { deliveryId } = notification;
    this.underWay.set(deliveryId, notification);
    const [oldest] = this.underWay.keys();
    if (this.underWay.size > mostUnderWay && oldest !== undefined) this.underWay.delete(oldest);
    const done = (): void => void this.underWay.delete(deliveryId);
    const summary = `tell that the change is ${event}`;
    // Given up after a day. That shows in the history, and changes nothing here.
    this.shelter.run(() => notify.executeWithOptions({ summary }, [notification])).then(done, done);
  }

  private nextId(): string {
    return `${this.change.status.runId}/${++this.count}`;
  }

  private make(event: NotificationEvent, deliveryId = this.nextId()): Notification {
    const { status } = this.change;
    const replaced = event === 'awaitingRegistration' && this.asked !== status.composeHash;
    return notificationOf(status, {
      deliveryId,
      event,
      occurredAt: new Date().toISOString(),
      previousComposeHash: replaced ? this.asked : null,
    });
  }
}
