import type { Command } from 'commander';
import { addSharedOptions, type SharedOptions } from './sharedOptions.js';

/** The options of `countersign adopt`, as commander gives them. */
export interface AdoptOptions extends SharedOptions {
  readonly composeHash?: string;
  readonly expires?: string;
  readonly app?: string;
  readonly deviceId?: string;
}

/** `countersign adopt`: an update that was prepared elsewhere, carried on from there. */
export function addAdopt(program: Command): void {
  const command = program
    .command('adopt <cvm>')
    .description('carry on an update that was prepared elsewhere: with phala, the SDK, or in the dashboard')
    .optionsGroup('What was prepared:')
    .option('--compose-hash <hash>', 'what is to be registered; default: read from standard input')
    .option(
      '--expires <time>',
      'when its token expires: 13d, or 2026-12-31T12:00:00Z; default: at most 14 days from now',
    )
    .option('--app <app id>', 'the app that was named with it; checked against that of the CVM')
    .option('--device-id <id>', 'the device that was named with it, where the API does not tell');
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
The commit token never stands on the command line. It is read from COUNTERSIGN_COMMIT_TOKEN, or from standard input:
the token alone, or the JSON that "phala deploy --prepare-only --json" prints, which has the compose hash, too.

Where an adopted update of the same compose hash waits already, it is given the token in place of its own.

Examples:
  $ phala deploy --cvm-id my-app --prepare-only -c docker-compose.yml --json | countersign adopt my-app --wait
  $ countersign adopt my-app --compose-hash 0x… < token.txt`,
    )
    .action(async (cvm: string, options: AdoptOptions) => {
      const { adopt } = await import('./adoptAction.js');
      await adopt(cvm, options);
    });
}
