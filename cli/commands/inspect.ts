import type { Command } from 'commander';
import { exitCodes } from '../exitCodes.js';
import { columns } from '../output.js';
import { run } from '../run.js';

/** `countersign inspect`: looks at a CVM, and changes nothing. */
export function addInspect(program: Command): void {
  program
    .command('inspect <cvm>')
    .description('look at a CVM: what it runs, and which contract governs its app')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  $ countersign inspect my-app --json')
    .action((cvm: string, options: { readonly json?: boolean }) =>
      run(options, async ({ countersign, output }) => {
        const described = await countersign.inspectCvm(cvm);
        const { name, cvmId, appId, status, composeHash, contract, envEncryptionKey } = described;
        const text = await columns([
          ['CVM', `${name} (${cvmId})`],
          ['app', appId ?? 'unknown'],
          ['status', status],
          ['compose hash', composeHash ?? 'unknown'],
          [
            'governed by',
            contract ? `${contract.address} on chain ${contract.chainId}` : 'no contract: applied at once',
          ],
          ['env key', envEncryptionKey ?? 'none'],
        ]);
        output.result(described, () => text);
        return exitCodes.done;
      }),
    );
}
