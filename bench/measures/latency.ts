import { summarize } from '../report/statistics.js';
import type { Subject } from '../world/subject.js';
import { alternate } from './alternate.js';
import type { Measure } from './measure.js';

/** One update at a time, from the request to the moment at which the API took the commit. */
export const latency: Measure = {
  name: 'latency',
  quick: true,
  async run({ say, quick, rounds, world }) {
    const { sides, subjects } = await world();
    const count = quick ? 10 : 20;
    const results = await alternate({
      rounds: rounds ?? (quick ? 4 : 8),
      unit: 'ms',
      say,
      async play(side) {
        const taken: number[] = [];
        for (let index = 0; index < count; index++) {
          // Each update is the only one there is.
          const subject = subjects[index % subjects.length] as Subject; // Within the bounds of the array.
          const started = Date.now();
          const update = await sides[side].start(subject, { dockerComposeFile: subject.other(), unregistered: false });
          await update.untilEnded();
          taken.push(committedAt(subject) - started);
        }
        return summarize(taken).median;
      },
    });
    return [
      {
        ...{ name: 'latency', title: 'Latency of one update', unit: 'ms', ...results },
        target: '1.15 of the bare workflow or less',
        isMet: ({ ratio = Number.POSITIVE_INFINITY }) => ratio <= 1.15,
        how: `medians of ${count} updates a round, one at a time, from the request to the commit that the API took`,
      },
    ];
  },
};

/** When the API took the newest commit of a CVM, in milliseconds since the epoch. */
export function committedAt({ cvm }: Subject): number {
  const commit = cvm.commits.at(-1);
  if (!commit) throw new Error(`Nothing was committed to ${cvm.name}.`);
  return commit.at.getTime();
}
