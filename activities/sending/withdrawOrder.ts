import { Failure } from '../../model/failure.js';
import type { SendingActivities } from '../../model/sending.js';
import { activity } from '../activity.js';
import type { Senders } from './senders.js';

/** Looks within one attempt, a fifth of a second apart. */
const looks = 40;

/** Comes back when the sender has let go of the order. Safe to repeat. */
export const createWithdrawOrder = ({ senders }: { readonly senders: Senders }): SendingActivities['withdrawOrder'] =>
  activity(async ({ key, id }, { sleep }) => {
    // Where no sender runs, it has carried everything out, or was never asked.
    if (!(await senders.withdraw(key, id))) return;
    for (let look = 1; look <= looks; look++) {
      const standing = await senders.standing(key, id);
      if (standing === null || standing.withdrawn || standing.end !== null) return;
      await sleep(200);
    }
    throw new Failure('RegistrationPending', `The sender of the key ${key.address} has not let go of it yet.`, {
      effect: 'unknown',
      retryAfter: 1_000,
    });
  });
