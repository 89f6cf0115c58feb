import type { Command } from 'commander';
import { addSharedOptions, type SharedOptions } from './sharedOptions.js';

/** The options of `countersign replicate`, as commander gives them. */
export interface ReplicateOptions extends SharedOptions {
  readonly node?: string;
  readonly app?: string;
  readonly composeHash?: string;
  readonly envFile?: string;
  readonly encryptedEnv?: string;
}

/** `countersign replicate`: a second CVM of the same app. */
export function addReplicate(program: Command): void {
  const command = program
    .command('replicate <cvm>')
    .description('make a replica of a CVM: by its vm_uuid (with or without dashes), or by its name')
    .optionsGroup('What the replica gets (environment variables: those of the source where none are given):')
    .option('--node <id or name>', 'where it is to run; default: the node of the source')
    .option('--app <app id>', 'ask for it under the app, not under the CVM')
    .option('--compose-hash <hash>', 'which of the app’s configurations; default: that of the source')
    .option('-e, --env-file <file>', 'environment variables; encrypted to the app’s key before they leave this machine')
    .option('--encrypted-env <hex>', 'environment variables that are encrypted already');
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ countersign replicate my-app --wait
  $ countersign replicate my-app --node prod6 --reason "second region" --deadline 7d --json
  $ countersign replicate 6f1c2d3e-0000-4000-8000-000000000000 --app 0x… --compose-hash 0x… -e .env`,
    )
    .action(async (cvm: string, options: ReplicateOptions) => {
      const { replicate } = await import('./replicateAction.js');
      await replicate(cvm, options);
    });
}
