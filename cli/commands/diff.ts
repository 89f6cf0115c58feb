import type { Command } from 'commander';

export interface DiffOptions {
  readonly run?: string;
  readonly json?: boolean;
}

/** `countersign diff`: what a change changes, before and after. */
export function addDiff(program: Command): void {
  program
    .command('diff <change>')
    .description('show what is changed: compose file, pre-launch script, allowed envs, machine; or allow-list entries')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  $ countersign diff cvm-6f1c2d3e-0000-4000-8000-000000000000')
    .action(async (change: string, options: DiffOptions) => {
      const { diff } = await import('./diffAction.js');
      await diff(change, options);
    });
}
