import { checkBatchFile } from './batchFile.js';
import type { Check } from './check.js';
import type { ExportedSafe } from './exportedProposal.js';
import { checkSafe, type PlainCall } from './safe.js';
import { checkSignatures } from './signatures.js';

/** What the owners of a Safe sign, whose signatures there are, and the file for the Safe app: all of it for these calls. */
export async function checkToSign(
  chainId: number,
  calls: readonly PlainCall[],
  safe: ExportedSafe,
): Promise<readonly Check[]> {
  return [
    ...checkSafe(chainId, calls, safe),
    ...(await checkSignatures(chainId, calls, safe)),
    checkBatchFile(chainId, calls, safe),
  ];
}
