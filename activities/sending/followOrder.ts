import { Failure } from '../../model/failure.js';
import type { OrderStanding, SendingActivities } from '../../model/sending.js';
import { activity } from '../activity.js';
import { pollDelay } from '../pollDelay.js';
import type { Senders } from './senders.js';

/** Looks within one attempt: most orders are carried out within seconds. */
const looks = 14;

/**
 * Gives an order to the sender of a key, and waits for news of it. An order that the sender has forgotten, or that got
 * lost with it, is given again: safe to repeat, for a sender signs only what is still missing.
 */
export const createFollowOrder = ({ senders }: { readonly senders: Senders }): SendingActivities['followOrder'] =>
  activity(async ({ key, order, known }, { attempt, sleep }): Promise<OrderStanding> => {
    if (known === 0 && attempt === 1) await senders.order(key, order);
    for (let look = 1; look <= looks; look++) {
      const standing = await senders.standing(key, order.id);
      if (standing === null) await senders.order(key, order);
      else if (isNews(standing, known)) return { ...standing, lines: standing.lines.slice(known) };
      await sleep(look < 8 ? 150 : 1_000);
    }
    throw new Failure('RegistrationPending', `The sender of the key ${key.address} has no news.`, {
      effect: 'unknown',
      retryAfter: pollDelay(attempt, { first: 1_000, factor: 1.3, longest: 30_000 }),
    });
  });

/** A failure is thrown only when what led to it was told. */
function isNews({ lines, end }: OrderStanding, known: number): boolean {
  if (lines.length > known) return true;
  if (end === null) return false;
  if (end === 'done' || end === 'withdrawn') return true;
  throw new Failure(end.type, end.message, end.details);
}
