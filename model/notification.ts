import type { CvmId } from './cvmId.js';
import type { ComposeHash } from './hex.js';
import type { ChangeKind } from './kinds.js';
import type { Phase } from './phases.js';

/** What a notification tells. */
export interface Notification {
  /** The same for every attempt to deliver it: workflow id, run id and number of the event. */
  readonly deliveryId: string;
  readonly change: string;
  readonly runId: string;
  readonly kind: ChangeKind;
  readonly phase: Phase;
  /** Null where the CVM does not exist yet, or the change is of an app. */
  readonly cvmId: CvmId | null;
  readonly cvmName: string | null;
  readonly composeHash: ComposeHash | null;
  readonly awaiting: string | null;
  readonly requestedBy: string;
  readonly deadline: string;
}

/** The activities that tell the world. They never hold a change up. */
export interface NotificationActivities {
  notify(notification: Notification): Promise<void>;
}
