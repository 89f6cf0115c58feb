import type { Command } from 'commander';
import { calledContract, describeCall, describeExpectation } from '../../model/registration.js';
import type { ChangeStatus } from '../../model/status.js';
import { exitCodes } from '../exitCodes.js';
import { run } from '../run.js';
import { UsageError } from '../usageError.js';

interface ProposalOptions {
  readonly run?: string;
  readonly calldata?: boolean;
  readonly json?: boolean;
}

/** `countersign proposal`: what the owner of the contract needs. */
export function addProposal(program: Command): void {
  program
    .command('proposal <change>')
    .description('print what has to be registered: the file for the Safe app’s Transaction Builder, or calldata')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--calldata', 'calldata also where a Safe owns the contract')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  $ countersign proposal cvm-6f1c2d3e-0000-4000-8000-000000000000 > batch.json   # then drop it into the Safe app',
    )
    .action((name: string, options: ProposalOptions) =>
      run(options, async ({ countersign, output }) => {
        const status = await countersign.change(name, options.run).status();
        const { change, phase, proposal } = status;
        if (proposal === null) throw new UsageError(`${change} has nothing to register: it is ${phase}.`);
        output.result({ change, phase, ...proposal }, () => proposalText(proposal, options));
        return exitCodes.done;
      }),
    );
}

function proposalText(proposal: NonNullable<ChangeStatus['proposal']>, { calldata }: ProposalOptions): string {
  const { calls, safe, owner, expectation } = proposal;
  if (calls.length === 0) return `Nothing is missing. On chain already: ${describeExpectation(expectation)}.`;
  if (safe && !calldata) return safe.batchFile;
  const { chainId } = calledContract(expectation);
  return calls
    .map((call) =>
      [
        `# ${describeCall(call)}, from ${owner} on chain ${chainId}`,
        `to:    ${call.to}`,
        'value: 0',
        `data:  ${call.data}`,
      ].join('\n'),
    )
    .join('\n\n');
}
