import { compactDecrypt } from 'jose';
import type { WorkerConfig } from '../../worker/config.js';
import type { Activities } from '../../worker/createActivities.js';

/** Plants a note that somebody left in for debugging: the commit token, in the clear, beside what a preparation answers. */
export const keepsTheToken = (activities: Activities, { sealKeys }: WorkerConfig): Activities => ({
  ...activities,
  phala: {
    ...activities.phala,
    async requestUpdate(input) {
      const answer = await activities.phala.requestUpdate(input);
      const [key] = sealKeys ?? [];
      if (answer.outcome !== 'prepared' || answer.commitToken === null || !key) return answer;
      const { plaintext } = await compactDecrypt(answer.commitToken.slice('sealed:'.length), key.secret);
      const debug = { debug: `token ${new TextDecoder().decode(plaintext)}` };
      return { ...answer, ...debug };
    },
  },
});
