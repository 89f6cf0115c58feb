import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Hex } from '../../model/hex.js';
import { safeTypedData } from '../../model/safeTypedData.js';
import { exitCodes } from '../exitCodes.js';
import { type Command as Tools, run } from '../run.js';
import { sender } from '../sender.js';
import { signerKey } from '../signerKey.js';
import { UsageError } from '../usageError.js';
import { describeToSign, readAddress, toSign } from './safeOf.js';

interface SignOptions {
  readonly run?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly typedData?: boolean;
  readonly signature?: string;
  readonly owner?: string;
  readonly multisend?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `countersign sign`: one owner of the Safe signs. */
export function addSign(program: Command): void {
  program
    .command('sign <change>')
    .description('sign a proposal as an owner of the Safe; the key is read from COUNTERSIGN_SIGNER_KEY')
    .option('--typed-data', 'print the EIP-712 document for another wallet, and sign nothing')
    .option('--signature <hex>', 'deliver a signature that was made elsewhere')
    .option('--owner <address>', 'whose signature it is, where the owner is a contract (EIP-1271)')
    .option('--multisend <address>', 'the MultiSendCallOnly of this chain, where it is none that Safe deploys')
    .option('--yes', 'do not ask before signing')
    .option('--by <who>', 'who says so; default: COUNTERSIGN_BY, or your user name')
    .option('--reason <text>', 'kept in the record')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      `
Before anything is signed, the Safe transaction hash is computed anew from the calls that are shown.

Examples:
  $ COUNTERSIGN_SIGNER_KEY=0x… countersign sign cvm-6f1c2d3e-0000-4000-8000-000000000000
  $ countersign sign cvm-6f1c2d3e-0000-4000-8000-000000000000 --typed-data > safe-tx.json
  $ countersign sign cvm-6f1c2d3e-0000-4000-8000-000000000000 --signature 0x…`,
    )
    .action((name: string, options: SignOptions) => run(options, (tools) => sign(tools, name, options)));
}

async function sign({ countersign, output }: Tools, name: string, options: SignOptions): Promise<number> {
  if (options.typedData && options.signature !== undefined) {
    throw new UsageError('--typed-data and --signature: one or the other');
  }
  const change = countersign.change(name, options.run);
  const status = await change.status();
  const asked = toSign(status);
  const { safe, chainId } = asked;
  const { reviewToSign } = await import('./reviewToSign.js');
  const { transaction, transactionHash } = reviewToSign(asked, readAddress('--multisend', options.multisend));
  const bound = { chainId, safe: safe.address, transaction };
  for (const line of describeToSign(status, asked)) output.progress(line);
  if (options.typedData) {
    const typedData = safeTypedData(bound);
    output.result({ change: status.change, safeTransactionHash: transactionHash, typedData }, () =>
      JSON.stringify(typedData, null, 2),
    );
    return exitCodes.done;
  }
  const signature = options.signature ?? (await signWithKey(bound, options, output));
  const { by = sender(), reason } = options;
  const answer = await change.send('sign', {
    by,
    ...(reason !== undefined && { reason }),
    signature,
    safeTransactionHash: transactionHash,
    ...(options.owner !== undefined && { owner: options.owner }),
  });
  output.result({ change: change.id, safeTransactionHash: transactionHash, ...answer }, () => answer.summary);
  return exitCodes.done;
}

type Bound = Parameters<typeof safeTypedData>[0];

async function signWithKey(bound: Bound, { yes }: SignOptions, output: Tools['output']): Promise<Hex> {
  const key = signerKey('to sign; or sign elsewhere: --typed-data, then --signature');
  if (!yes && process.stdin.isTTY) await confirm();
  const { signSafeTransaction } = await import('../../chain/safe/signTransaction.js');
  const { owner, signature } = await signSafeTransaction(key, bound);
  output.progress(`signed by     ${owner}`);
  return signature;
}

/** @throws UsageError where the answer is not yes */
async function confirm(): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Sign this? (yes/no) ').finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('You did not say yes: nothing was signed.');
}
