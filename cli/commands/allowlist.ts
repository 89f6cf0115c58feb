import { type Command, Option } from 'commander';
import { addSharedOptions, repeatable, type SharedOptions } from './sharedOptions.js';

/** The options of `countersign allowlist`, as commander gives them. */
export interface AllowlistOptions extends SharedOptions {
  readonly addDevice?: readonly string[];
  readonly removeDevice?: readonly string[];
  readonly addNode?: readonly string[];
  readonly removeNode?: readonly string[];
  readonly removeComposeHash?: readonly string[];
  readonly allowAnyDevice?: true;
  readonly disallowAnyDevice?: true;
  readonly chain?: number;
}

/** `countersign allowlist`: the lists of an app's contract, all in one batch. */
export function addAllowlist(program: Command): void {
  const command = program
    .command('allowlist <app>')
    .description('change an app’s allow-lists: by its app id, or by the vm_uuid or name of one of its CVMs')
    .optionsGroup('What to change, in one batch:')
    .addOption(repeatable('--add-device <id>', 'allow a device: 32 bytes as hex'))
    .addOption(repeatable('--remove-device <id>', 'allow it no more'))
    .addOption(repeatable('--add-node <id or name>', 'allow the device that this node is'))
    .addOption(repeatable('--remove-node <id or name>', 'allow it no more'))
    .addOption(repeatable('--remove-compose-hash <hash>', 'allow this configuration no more'))
    .addOption(
      new Option('--allow-any-device', 'any device may run the app, listed or not').conflicts('disallowAnyDevice'),
    )
    .option('--disallow-any-device', 'only listed devices may run the app')
    .option('--chain <id>', 'the chain that the contract lives on; default: asked of the API', Number);
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ countersign allowlist 0x… --add-node prod6 --reason "second region" --wait
  $ countersign allowlist my-app --remove-compose-hash 0x… --remove-compose-hash 0x…
  $ countersign allowlist app_… --add-device 0x… --disallow-any-device --deadline 7d --json`,
    )
    .action(async (app: string, options: AllowlistOptions) => {
      const { allowlist } = await import('./allowlistAction.js');
      await allowlist(app, options);
    });
}
