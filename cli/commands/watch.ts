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
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--json', 'one JSON object on standard output, at the end')
    .addHelpText(
      'after',
      '\nExample:\n  $ countersign watch 6f1c2d3e-0000-4000-8000-000000000000 && echo it runs what was approved',
    )
    .action((name: string, options: WatchOptions) =>
      run(options, (command) => follow(command.countersign.change(name, options.run), command)),
    );
}
