import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../../stack/projectFolder.js';
import type { Circumstances, Measure, Row } from './measure.js';

const run = promisify(execFile);

interface Started {
  readonly name: string;
  readonly args: readonly string[];
  /** Milliseconds. */
  readonly allowed: number;
  /** Whether it asks the Temporal server. */
  readonly asks: boolean;
}

const commands: readonly Started[] = [
  { name: 'cliHelp', args: ['--help'], allowed: 150, asks: false },
  { name: 'cliList', args: ['list'], allowed: 400, asks: true },
];

/** What a person waits for whenever the command line starts; Node itself, starting with nothing to do, stands beside it. */
export const cliStart: Measure = {
  name: 'cliStart',
  quick: false,
  async run(circumstances) {
    const rows: Row[] = [];
    for (const command of commands) rows.push(await measure(command, circumstances));
    return rows;
  },
};

async function measure({ name, args, allowed, asks }: Started, { rounds, say, world }: Circumstances): Promise<Row> {
  const { environment } = asks ? await world() : { environment: {} };
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
  const cli = join(projectFolder(), 'dist/cli/main.js');
  const count = rounds ?? 15;
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round <= count; round++) {
    const own = await timed([cli, ...args], env);
    const node = await timed(['--eval', ''], env);
    say(`  ${round === 0 ? 'warm-up' : `round ${round}`}: ours ${own.toFixed(0)}, node ${node.toFixed(0)} ms`);
    if (round === 0) continue;
    ours.push(own);
    baseline.push(node);
  }
  return {
    ...{ name, title: `Start of \`countersign ${args.join(' ')}\``, unit: 'ms', ours, baseline },
    target: `below ${allowed} ms`,
    isMet: (figures) => figures.ours < allowed,
    how: `${count} starts; beside it \`node\` that starts and ends`,
  };
}

async function timed(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  await run(process.execPath, args, { env });
  return performance.now() - started;
}
