import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAdopt } from './commands/adopt.js';
import { addAllowlist } from './commands/allowlist.js';
import { addDiff } from './commands/diff.js';
import { addExecute } from './commands/execute.js';
import { addInspect } from './commands/inspect.js';
import { addList } from './commands/list.js';
import { addMessages } from './commands/messages.js';
import { addProposal } from './commands/proposal.js';
import { addProvision } from './commands/provision.js';
import { addReplicate } from './commands/replicate.js';
import { addShow } from './commands/show.js';
import { addSign } from './commands/sign.js';
import { addUpdate } from './commands/update.js';
import { addVerify } from './commands/verify.js';
import { addWatch } from './commands/watch.js';
import { exitCodeHelp, exitCodes } from './exitCodes.js';

/** The command line. Nothing heavy is imported until a command runs. */
export function createProgram(): Command {
  const program = new Command('countersign')
    .description('Two-phase changes of confidential VMs on Phala Cloud: prepare, register on chain, commit.')
    .version(version())
    .showHelpAfterError('(countersign --help shows the commands)')
    .addHelpText(
      'after',
      `
A change is named by its workflow id: cvm-<vm_uuid> for an update or a replica, provision-<name> for a new CVM,
app-<40 hex digits> for an app's allow-lists. The vm_uuid alone or the app id alone will do, too.

Examples:
  $ countersign update 6f1c2d3e-0000-4000-8000-000000000000 -c docker-compose.yml -e .env --wait
  $ phala deploy --cvm-id my-app --prepare-only -c docker-compose.yml --json | countersign adopt my-app
  $ countersign replicate my-app --node prod6 --wait
  $ countersign provision other-app -c docker-compose.yml --kms base --owner 0x…
  $ countersign allowlist my-app --add-node prod6
  $ countersign list --running
  $ countersign proposal cvm-6f1c2d3e-0000-4000-8000-000000000000 > batch.json
  $ countersign verify cvm-6f1c2d3e-0000-4000-8000-000000000000 --compose docker-compose.yml --rpc-url https://…
  $ countersign sign cvm-6f1c2d3e-0000-4000-8000-000000000000
  $ countersign execute cvm-6f1c2d3e-0000-4000-8000-000000000000 --rpc-url https://…
  $ countersign registered cvm-6f1c2d3e-0000-4000-8000-000000000000 --transaction-hash 0x…

Environment: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_* and temporal.toml as Temporal's
own tools read them; COUNTERSIGN_TASK_QUEUE; COUNTERSIGN_BY (who sends messages); COUNTERSIGN_TEMPORAL_UI (for links);
COUNTERSIGN_SIGNER_KEY (private key of an owner, for sign and execute).
In a folder where npm run stack runs, nothing has to be set.
${exitCodeHelp}`,
    );
  const starting = [addUpdate, addAdopt, addReplicate, addProvision, addAllowlist];
  const approving = [addProposal, addDiff, addVerify, addSign, addExecute];
  for (const add of [...starting, addList, addShow, addWatch, ...approving, addMessages, addInspect]) add(program);
  // A wrong command line is invalid input; asking for help is not.
  program.exitOverride(exit);
  for (const command of program.commands) command.exitOverride(exit);
  return program;
}

function exit({ exitCode }: { readonly exitCode: number }): never {
  process.exit(exitCode === 0 ? exitCodes.done : exitCodes.invalid);
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
