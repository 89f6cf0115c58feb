import type { Announceable } from '../../model/notification.js';
import type { ReminderSchedule } from '../../model/reminders.js';

/** Where notifications go, and which. */
export interface NotificationTarget {
  readonly url: string;
  /** `json`: the documented body. `slack`: a message for one of Slack's incoming webhooks. */
  readonly format: 'json' | 'slack';
  /** Signs each body, so that the receiver knows the sender. Null: unsigned, where the URL itself is the secret. */
  readonly secret: string | null;
  readonly schedule: ReminderSchedule;
  /** What is told beside the ends. */
  readonly announced: readonly Announceable[];
  /** Base URL of the Temporal Web UI, to link to; null where it is not known. */
  readonly temporalUi: string | null;
}
