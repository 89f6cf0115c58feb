import type { OrderStanding, SendingKey, SendingOrder } from '../../model/sending.js';

/** How activities reach the sender of a key: a workflow, which there is one of for each key and chain. */
export interface Senders {
  /** Gives the sender an order, and starts it where it does not run. One that it knows already changes nothing. */
  order(key: SendingKey, order: SendingOrder): Promise<void>;
  /** Where an order stands; null where the sender does not know it, or there is none. */
  standing(key: SendingKey, id: string): Promise<OrderStanding | null>;
  /** Tells the sender that no call of an order is to be sent any more. @returns false where no sender runs */
  withdraw(key: SendingKey, id: string): Promise<boolean>;
}
