import type { Command } from 'commander';
import { addSharedOptions, type SharedOptions } from './sharedOptions.js';
import { addVmOptions, type VmOptions } from './vmOptions.js';

/** The options of `countersign update`, as commander gives them. */
export interface UpdateOptions extends VmOptions, SharedOptions {
  readonly compose?: string;
  readonly envFile?: string;
  readonly encryptedEnv?: string;
  readonly shutdownTimeout?: string;
  readonly allowForceStop?: boolean;
}

/** `countersign update`: every field of an update, and how the change is carried out. */
export function addUpdate(program: Command): void {
  const command = program
    .command('update <cvm>')
    .description('update a CVM: by its vm_uuid (with or without dashes), or by its name')
    .optionsGroup('What to change:')
    .option('-c, --compose <file>', 'Docker Compose file')
    .option('--pre-launch-script <file>', 'script that runs before the containers; an empty file removes it')
    .option('-e, --env-file <file>', 'environment variables; encrypted to the app’s key before they leave this machine')
    .option('--encrypted-env <hex>', 'environment variables that are encrypted already');
  addVmOptions(command)
    .option('--disk-size <size>', 'disk size, as the API takes it', Number)
    .option('--shutdown-timeout <seconds>', '10 to 1200, or none')
    .option('--allow-force-stop', 'stop hard where the graceful shutdown takes too long');
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ countersign update my-app -c docker-compose.yml --reason "release 1.4" --wait
  $ countersign update 6f1c2d3e000040008000000000000000 -e .env --deadline 7d --json
  $ countersign update my-app --vcpu 4 --memory 8192`,
    )
    .action(async (cvm: string, options: UpdateOptions) => {
      const { update } = await import('./updateAction.js');
      await update(cvm, options);
    });
}
