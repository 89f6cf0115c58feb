import { z } from 'zod';
import { parseJson } from '../model/parseJson.js';
import { type Check, failed, judge } from './check.js';
import { encodeShown } from './encodeShown.js';
import type { ExportedCall } from './exportedProposal.js';

/** The file of the Safe app's Transaction Builder, as far as it decides what is signed (on-chain.md §3.4). */
const fileSchema = z.object({
  chainId: z.string(),
  meta: z.object({ createdFromSafeAddress: z.string() }),
  transactions: z.array(
    z.object({
      to: z.string(),
      value: z.string(),
      data: z.string().nullable(),
      contractMethod: z.object({
        name: z.string(),
        inputs: z.array(z.object({ name: z.string(), type: z.string() })),
      }),
      contractInputsValues: z.record(z.string(), z.string()),
    }),
  ),
});

type FileTransaction = z.output<typeof fileSchema>['transactions'][number];

/** Whether the app makes the very calls of the file: it encodes them itself, and so it is done here. */
export function checkBatchFile(
  chainId: number,
  calls: readonly Pick<ExportedCall, 'to' | 'data'>[],
  { address, batchFile }: { readonly address: string; readonly batchFile: string },
): Check {
  const file = fileSchema.safeParse(parseJson(batchFile));
  if (!file.success) return failed('batchFile', 'The batch file has not the form that the Safe app takes.');
  const { chainId: fileChain, meta, transactions } = file.data;
  const wrong = [
    ...(fileChain === String(chainId) ? [] : [`The file is for chain ${fileChain}.`]),
    ...(meta.createdFromSafeAddress.toLowerCase() === address ? [] : ['The file is for another Safe.']),
    ...(transactions.length === calls.length
      ? []
      : [`The file has ${transactions.length} calls, not ${calls.length}.`]),
    ...transactions.flatMap((transaction, index) => {
      const call = calls[index];
      const { to, value, data } = transaction;
      const same =
        call && to.toLowerCase() === call.to && value === '0' && (data ?? encodedIn(transaction)) === call.data;
      return same ? [] : [`Call ${index + 1} of the file is another one.`];
    }),
  ];
  return judge(
    'batchFile',
    wrong,
    `the batch file makes ${calls.length === 1 ? 'this call' : 'these calls'}, for this Safe`,
  );
}

/** Null where the values do not fit the method. */
const encodedIn = ({ contractMethod: { name, inputs }, contractInputsValues: given }: FileTransaction): string | null =>
  encodeShown(
    name,
    inputs.map((input) => ({ ...input, value: given[input.name] ?? '' })),
  );
