import type { Command } from 'commander';
import { run } from '../run.js';
import { follow } from './follow.js';

interface WatchOptions {
  readonly run?: string;
  readonly json?: boolean;
}

/** `countersign watch`: follows a change to its end. */
export function addWatch(program: Command): void {
  program
    .command('watch <change>')
    .description('follow a change to its end, a line for each state')
    .option('--run <run id>', 'which of the CVM’s changes; default: the newest')
    .option('--json', 'one JSON object on standard output, at the end')
    .action((name: string, options: WatchOptions) =>
      run(options, (command) => follow(command.countersign.change(name, options.run), command)),
    );
}
