import type { Command } from 'commander';
import { addSharedOptions, type SharedOptions, yesNo } from './sharedOptions.js';
import { addVmOptions, type VmOptions } from './vmOptions.js';

/** The options of `countersign provision`, as commander gives them. */
export interface ProvisionOptions extends VmOptions, SharedOptions {
  readonly compose: string;
  readonly envFile?: string;
  readonly kms?: string;
  readonly owner?: string;
  readonly app?: string;
  readonly instanceType?: string;
  readonly node?: string;
  readonly region?: string;
  readonly listed?: 'yes' | 'no';
}

/** `countersign provision`: a new CVM, with its app contract where its keys are governed on chain. */
export function addProvision(program: Command): void {
  const command = program
    .command('provision <name>')
    .description('make a new CVM; the name is 5 to 63 letters, digits and hyphens, a letter first')
    .optionsGroup('What it runs:')
    .requiredOption('-c, --compose <file>', 'Docker Compose file')
    .option('--pre-launch-script <file>', 'script that runs before the containers')
    .option(
      '-e, --env-file <file>',
      'environment variables; sealed to the workers’ key before they leave this machine',
    );
  addVmOptions(command)
    .option('--disk-size <GB>', 'disk size', Number)
    .option('--instance-type <name>', 'a size by its name, such as tdx.small')
    .addOption(yesNo('--listed', 'listed publicly'))
    .optionsGroup('Where, and who governs it:')
    .option('--node <id or name>', 'where it is to run; default: the API chooses')
    .option('--region <name>', 'where in the world, when the API chooses')
    .option('--kms <id, slug or type>', 'who keeps its keys: phala (not on chain), ethereum, base …; default: phala')
    .option('--owner <address>', 'who is to own the new app contract; default: the owner key of the worker')
    .option('--app <app id>', 'an app contract that exists, in place of a new one');
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ countersign provision my-app -c docker-compose.yml --instance-type tdx.small --wait
  $ countersign provision my-app -c docker-compose.yml -e .env --kms base --owner 0x… --reason "launch" --json
  $ countersign provision my-app -c docker-compose.yml --kms base --app 0x… --node prod6 --vcpu 4 --memory 8192`,
    )
    .action(async (name: string, options: ProvisionOptions) => {
      const { provision } = await import('./provisionAction.js');
      await provision(name, options);
    });
}
