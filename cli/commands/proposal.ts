import type { Command } from 'commander';
import type { Change } from '../../client/change.js';
import {
  type ContractCall,
  calledContract,
  describeCall,
  describeExpectation,
  describeTransfer,
} from '../../model/registration.js';
import type { ChangeStatus } from '../../model/status.js';
import { describeWho, nextStep, type TimelockProposal } from '../../model/timelock.js';
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
    .description('print what has to be done next: the file for the Safe app’s Transaction Builder, or calldata')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--calldata', 'calldata also where a Safe owns the contract')
    .option(
      '--json',
      'one JSON object on standard output: the proposal with its documents, as countersign verify reads it',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ countersign proposal cvm-6f1c2d3e-0000-4000-8000-000000000000 > batch.json   # then drop it into the Safe app',
    )
    .action((name: string, options: ProposalOptions) =>
      run(options, async ({ countersign, output }) => {
        const change = countersign.change(name, options.run);
        const { phase, proposal } = await change.status();
        if (proposal === null) throw new UsageError(`${change.id} has nothing to register: it is ${phase}.`);
        output.result(options.json ? await exported(change) : {}, () => proposalText(proposal, options));
        return exitCodes.done;
      }),
    );
}

/** The proposal and everything that it can be checked by, as one object. */
export async function exported(change: Change): Promise<object> {
  const { proposal, ...documents } = await change.documents();
  return { ...documents, ...proposal };
}

function proposalText(proposal: NonNullable<ChangeStatus['proposal']>, { calldata = false }: ProposalOptions): string {
  const { calls, safe, timelock, owner, pendingOwner, expectation } = proposal;
  if (calls.length === 0) return `Nothing is missing. On chain already: ${describeExpectation(expectation)}.`;
  const { chainId } = calledContract(expectation);
  if (timelock) return timelockText(timelock, chainId, { calldata });
  if (safe && !calldata) return safe.batchFile;
  const who = `from ${owner} on chain ${chainId}${pendingOwner ? `; ${describeTransfer(pendingOwner)}` : ''}`;
  return calls.map((call) => callText(call, who)).join('\n\n');
}

/** The call that the timelock waits for now: it is scheduled first, and executed later. */
function timelockText(timelock: TimelockProposal, chainId: number, { calldata }: ProposalOptions): string {
  const step = nextStep(timelock);
  const { id, state } = timelock.operation;
  if (step === null) return `Nothing to do: the timelock's operation ${id} is ${state}.`;
  if (step.safe && !calldata) return step.safe.batchFile;
  const role = step === timelock.schedule ? 'proposers' : 'executors';
  return callText(step.call, `from ${describeWho(step, role)} on chain ${chainId}`);
}

const callText = (call: ContractCall, from: string): string =>
  [`# ${describeCall(call)}, ${from}`, `to:    ${call.to}`, 'value: 0', `data:  ${call.data}`].join('\n');
