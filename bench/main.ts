import { resolveTemporalCli } from '../stack/temporal/resolveTemporalCli.js';
import { chosen, help, InvalidOptions, readOptions } from './options.js';
import { measures } from './measures/measures.js';
import { toJson } from './report/outcome.js';
import { pageFile, writePage } from './report/page.js';
import { readRecord, recorded, writeRecord } from './report/record.js';
import { type Measured, runMeasures } from './runMeasures.js';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const { quick, only, rounds, changes, json } = options;
  const say = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const settings = { say, quick, rounds, changes, tuned: !options['as-they-come'] };
  const measured = await runMeasures(chosen(options), settings);
  const runs = [{ measured, tuned: settings.tuned }];
  const isWhole = !quick && only === null;
  if (isWhole && settings.tuned) {
    say('\nOnce more, with the settings that the Temporal server comes with.');
    const compared = chosen(options).filter(({ name }) => ['throughput', 'latency'].includes(name));
    runs.push({ measured: await runMeasures(compared, { ...settings, tuned: false }), tuned: false });
  }
  if (isWhole || options.write) {
    await keep(runs);
    say(`Written: ${pageFile}`);
  }
  process.stdout.write(`${JSON.stringify(toJson(measured.outcomes))}\n`);
  return runs.some(({ measured: { failed } }) => failed.size > 0) ? 1 : 0;
}

interface Run {
  readonly measured: Measured;
  readonly tuned: boolean;
}

/** Puts what was measured beside what is known of the other rows, and makes the page of all. */
async function keep(runs: readonly Run[]): Promise<void> {
  const { serverVersion } = await resolveTemporalCli({ progress: () => {}, env: process.env });
  let record = await readRecord();
  for (const { measured, tuned } of runs) {
    record = recorded(record, measured.outcomes, { settings: tuned ? 'tuned' : 'asTheyCome', serverVersion });
  }
  await writeRecord(record);
  await writePage({ record, measures: measures.map(({ name }) => name) });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const invalid = error instanceof InvalidOptions;
    const text = error instanceof Error ? (invalid ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(invalid ? 2 : 1);
  },
);
