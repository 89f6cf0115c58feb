import { chosen, help, InvalidOptions, type Options, readOptions } from './options.js';
import { measures } from './measures/measures.js';
import { toJson } from './report/outcome.js';
import { pageFile, writePage } from './report/page.js';
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
  let failed = measured.failed.size > 0;
  if (!quick && only === null && settings.tuned) {
    say('\nOnce more, with the settings that the Temporal server comes with.');
    const compared = chosen(options).filter(({ name }) => ['throughput', 'latency'].includes(name));
    const untuned = await runMeasures(compared, { ...settings, tuned: false });
    failed ||= untuned.failed.size > 0;
    await writePage({ ...measured, untuned: untuned.outcomes, missing: missing(measured, options) });
    say(`Written: ${pageFile}`);
  }
  process.stdout.write(`${JSON.stringify(toJson(measured.outcomes))}\n`);
  return failed ? 1 : 0;
}

const missing = ({ failed }: Measured, { skip }: Options): ReadonlyMap<string, string> =>
  new Map(
    measures.flatMap(({ name }) => {
      const why = skip.includes(name) ? 'left out by `--skip`' : failed.get(name)?.split('\n')[0];
      return why === undefined ? [] : [[name, why] as const];
    }),
  );

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const invalid = error instanceof InvalidOptions;
    const text = error instanceof Error ? (invalid ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(invalid ? 2 : 1);
  },
);
