import { alternate } from './alternate.js';
import type { Measure } from './measure.js';

/** Many updates at once, each on a CVM of its own, whose registration stands on chain already. */
export const throughput: Measure = {
  name: 'throughput',
  quick: true,
  async run({ say, quick, rounds, changes, world }) {
    const { sides, subjects } = await world();
    const count = changes ?? (quick ? 120 : 400);
    const results = await alternate({
      rounds: rounds ?? (quick ? 3 : 5),
      unit: 'updates/s',
      say,
      async play(side) {
        let left = count;
        const started = performance.now();
        await Promise.all(
          subjects.map(async (subject) => {
            while (left-- > 0) {
              const asked = { dockerComposeFile: subject.other(), unregistered: false };
              await (await sides[side].start(subject, asked)).untilEnded();
            }
          }),
        );
        return count / ((performance.now() - started) / 1000);
      },
    });
    return [
      {
        ...{ name: 'throughput', title: 'Throughput', unit: 'updates/s', ...results },
        target: '0.9 of the bare workflow or better',
        isMet: ({ ratio = 0 }) => ratio >= 0.9,
        how: `${count} updates a round, ${subjects.length} at a time`,
      },
    ];
  },
};
