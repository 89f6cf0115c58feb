import type { Command } from 'commander';

/** The options of `countersign verify`, as commander gives them. */
export interface VerifyOptions {
  readonly run?: string;
  readonly file?: string;
  readonly compose?: string;
  readonly preLaunchScript?: string;
  readonly contract?: string;
  readonly rpcUrl?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `countersign verify`: checks what is to be signed, for people who trust neither the engine nor the API. */
export function addVerify(program: Command): void {
  program
    .command('verify [change]')
    .description('check what is to be signed, from the documents alone: hash, calls, contract, Safe transaction')
    .option('--file <file>', 'what countersign proposal --json wrote, in place of a change; no Temporal is needed')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .optionsGroup('What you know yourself:')
    .option('-c, --compose <file>', 'the Docker Compose file that is to run')
    .option('--pre-launch-script <file>', 'the script that is to run before the containers; an empty file for none')
    .option('--contract <address>', 'the contract of the app, which is its id; for a new app the contract of its KMS')
    .option('--rpc-url <url>', 'a node of the chain; default: COUNTERSIGN_RPC_URL_<chain id>')
    .optionsGroup('Output:')
    .option('--strict', 'a check that cannot be made counts as failed')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      `
Ends with 8 where a check failed. Nobody should sign then.

Examples:
  $ countersign verify cvm-6f1c2d3e-0000-4000-8000-000000000000 --compose docker-compose.yml --rpc-url https://…
  $ countersign verify --file proposal.json --compose docker-compose.yml --contract 0x… --rpc-url https://…`,
    )
    .action(async (change: string | undefined, options: VerifyOptions) => {
      const { verify } = await import('./verifyAction.js');
      await verify(change, options);
    });
}
