import { describe, expect, it } from 'vitest';
import { chosen, InvalidOptions, readOptions } from './options.js';

const names = (...args: string[]): string[] => chosen(readOptions(args)).map(({ name }) => name);

describe('the options of the benchmarks', () => {
  it('choose the first four measures of the table for --quick, and everything without it', () => {
    expect(names('--quick', '--json')).toEqual(['throughput', 'latency', 'approval', 'history']);
    expect(names()).toEqual(expect.arrayContaining([...names('--quick'), 'waiting', 'waking', 'restart', 'cliStart']));
  });

  it('choose what is named by --only, quick or not, and leave out what is named by --skip', () => {
    expect(names('--only', 'latency, cliStart')).toEqual(['latency', 'cliStart']);
    expect(names('--quick', '--skip', 'history')).toEqual(['throughput', 'latency', 'approval']);
  });

  it.each([
    [['--only', 'everything'], '--only: must be of throughput'],
    [['--rounds', 'many'], '--rounds: must be a number'],
    [['--changes', '0'], '--changes: must be a whole number from 1'],
    [['--fast'], '--fast'],
  ])('refuse %j and name it', (args, message) => {
    expect(() => readOptions(args)).toThrow(InvalidOptions);
    expect(() => readOptions(args)).toThrow(message);
  });
});
