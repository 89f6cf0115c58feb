import type { Command } from 'commander';
import type { Change } from '../../client/change.js';
import { MessageRefusedError } from '../../client/errors.js';
import type { TransactionHash } from '../../model/hex.js';
import type { ChangeStatus } from '../../model/status.js';
import { exitCodes } from '../exitCodes.js';
import { type Command as Tools, run } from '../run.js';
import { sender } from '../sender.js';
import { signerKey } from '../signerKey.js';
import { UsageError } from '../usageError.js';
import { describeToSign, readAddress, type ToSign, toSign } from './safeOf.js';

interface ExecuteOptions {
  readonly run?: string;
  readonly by?: string;
  readonly calldata?: boolean;
  readonly rpcUrl?: string;
  readonly multisend?: string;
  readonly json?: boolean;
}

/** Seconds that a transaction is given to be mined. */
const patience = 180;

/** `countersign execute`: sends what enough owners of the Safe have signed. */
export function addExecute(program: Command): void {
  program
    .command('execute <change>')
    .description('execute a proposal that enough owners have signed; COUNTERSIGN_SIGNER_KEY pays, an owner or not')
    .option('--rpc-url <url>', 'a node of the chain; default: COUNTERSIGN_RPC_URL_<chain id>')
    .option('--calldata', 'print the call for another wallet, and send nothing')
    .option('--multisend <address>', 'the MultiSendCallOnly of this chain, where it is none that Safe deploys')
    .option('--by <who>', 'who says so; default: COUNTERSIGN_BY, or your user name')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ COUNTERSIGN_SIGNER_KEY=0x… countersign execute cvm-6f1c2d3e-0000-4000-8000-000000000000 --rpc-url https://…
  $ countersign execute cvm-6f1c2d3e-0000-4000-8000-000000000000 --calldata`,
    )
    .action((name: string, options: ExecuteOptions) => run(options, (tools) => execute(tools, name, options)));
}

async function execute({ countersign, output }: Tools, name: string, options: ExecuteOptions): Promise<number> {
  const change = countersign.change(name, options.run);
  const status = await change.status();
  const asked = toSign(status);
  const { safe, chainId } = asked;
  const { reviewToSign } = await import('./reviewToSign.js');
  reviewToSign(asked, readAddress('--multisend', options.multisend));
  const { executionOf } = await import('../../chain/safe/execution.js');
  const call = executionOf(safe);
  for (const line of describeToSign(status, asked)) output.progress(line);
  if (options.calldata) {
    output.result({ change: status.change, chainId, value: '0', ...call }, () =>
      [
        `# execTransaction, from anyone on chain ${chainId}`,
        `to:    ${call.to}`,
        'value: 0',
        `data:  ${call.data}`,
      ].join('\n'),
    );
    return exitCodes.done;
  }
  const transactionHash = await send(asked, options, output);
  const summary = await tell(change, status, { transactionHash, by: options.by ?? sender() });
  const { phase } = await change.status();
  output.result({ change: status.change, transactionHash, phase, summary }, () => `${transactionHash}\n${summary}`);
  return exitCodes.done;
}

async function send({ safe, chainId }: ToSign, { rpcUrl }: ExecuteOptions, output: Tools['output']) {
  const privateKey = signerKey('to pay for the execution; or send it with another wallet: --calldata');
  const url = rpcUrl ?? process.env[`COUNTERSIGN_RPC_URL_${chainId}`]?.split(',')[0]?.trim();
  if (!url)
    throw new UsageError(`--rpc-url: is required, or COUNTERSIGN_RPC_URL_${chainId}: a node of chain ${chainId}`);
  if (!/^https?:\/\//.test(url)) throw new UsageError('--rpc-url: must be an http or https URL');
  const [{ createChains }, { sendExecution }] = await Promise.all([
    import('../../chain/chains.js'),
    import('../../chain/safe/sendExecution.js'),
  ]);
  const chain = createChains(new Map([[chainId, [url]]])).get(chainId);
  return sendExecution(chain, safe, {
    privateKey,
    patience,
    onSigned: (transactionHash) => output.progress(`transaction   ${transactionHash}`),
  });
}

/** Has the change look at once. It may have seen it by itself; and a timelock's operation is only scheduled by it. */
async function tell(
  change: Change,
  { proposal }: ChangeStatus,
  { transactionHash, by }: { readonly transactionHash: TransactionHash; readonly by: string },
): Promise<string> {
  const operation = proposal?.timelock?.operation;
  if (operation?.state === 'unscheduled') return `Operation ${operation.id} of the timelock is scheduled.`;
  try {
    return (await change.send('registered', { by, transactionHash })).summary;
  } catch (error) {
    if (!(error instanceof MessageRefusedError)) throw error;
    if (['CommitUnderWay', 'ChangeEnded', 'MessageOutOfPlace'].includes(error.type)) return 'The change has seen it.';
    throw error;
  }
}
