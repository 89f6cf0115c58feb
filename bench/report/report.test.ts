import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Row } from '../measures/measure.js';
import { measures } from '../measures/measures.js';
import { outcomeOf, toJson } from './outcome.js';
import { marks, measuredPart, pageFile } from './page.js';
import { readRecord, recorded } from './record.js';
import { summarize } from './statistics.js';

const row = (rounds: Pick<Row, 'ours' | 'baseline'>): Row => ({
  ...{ name: 'throughput', title: 'Throughput', unit: 'updates/s', how: '10 a round', ...rounds },
  target: '0.9 of it or better',
  isMet: ({ ratio = 0 }) => ratio >= 0.9,
});

const latency: Row = { ...row({ ours: [2], baseline: [] }), name: 'latency', title: 'Latency' };

describe('what is made of the rounds', () => {
  it('is the median of each side, and the ratio of the two', () => {
    const outcome = outcomeOf('throughput', row({ ours: [9, 30, 18, 16], baseline: [20, 21, 19] }));
    expect(outcome.figures).toEqual({ ours: 17, baseline: 20, ratio: 0.85 });
    expect(outcome.isMet).toBe(false);
    expect(summarize([9, 30, 18, 16])).toEqual({ median: 17, least: 9, most: 30 });
  });

  it('has no ratio where there is nothing to compare with', () => {
    expect(toJson([outcomeOf('throughput', row({ ours: [1.23456], baseline: [] }))])).toEqual({
      throughput: { ours: 1.23 },
    });
  });

  it('stands below the group of its name', () => {
    const [update, adopt] = ['update', 'adopt'].map((kind) => ({
      ...row({ ours: [40, 40], baseline: [] }),
      name: `history.${kind}`,
      details: { day: { events: 40, bytes: 9000 } },
    }));
    const outcomes = [update, adopt].flatMap((each) => (each ? [outcomeOf('history', each)] : []));
    const figures = { ours: 40, day: { events: 40, bytes: 9000 } };
    expect(toJson(outcomes)).toEqual({ history: { update: figures, adopt: figures } });
  });

  it('takes the place of what was known of the same row, and leaves the others as they were', () => {
    const outcome = (ours: readonly number[]) => outcomeOf('throughput', row({ ours, baseline: [10, 10, 10] }));
    const run = { settings: 'tuned', serverVersion: '1.29.1' } as const;
    const older = recorded({ tuned: {}, asTheyCome: {} }, [outcome([1]), outcomeOf('latency', latency)], run);
    const record = recorded(older, [outcome([10, 11, 12])], run);
    expect(record.tuned['latency']).toEqual(older.tuned['latency']);
    const part = measuredPart({
      record,
      measures: ['throughput', 'latency', 'restart'],
    });
    expect(part).toContain('| 11 (10 to 12) updates/s | 10 updates/s | 1.10 | 0.9 of it or better | yes |');
    expect(part).toContain('Never measured: restart.');
    expect(part).toContain('ours 10, 11, 12; baseline 10, 10, 10');
  });

  it('is on the page what is in the record', async () => {
    const page = readFileSync(pageFile, 'utf8');
    expect(marks.map((mark) => page.split(mark).length - 1)).toEqual([1, 1]);
    const part = measuredPart({ record: await readRecord(), measures: measures.map(({ name }) => name) });
    expect(page).toContain(`${marks[0]}\n\n${part}\n\n${marks[1]}`);
  });
});
