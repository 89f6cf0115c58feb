import { addressSchema } from '../../model/hex.js';
import { type Check, checkTitles } from '../../verify/check.js';
import { NoExportedProposal } from '../../verify/exportedProposal.js';
import { type Known, type Verification, verifyProposal } from '../../verify/verifyProposal.js';
import { exitCodes } from '../exitCodes.js';
import { readTextFile } from '../files.js';
import { columns, dim, green, type Output, red } from '../output.js';
import { run, runLocally } from '../run.js';
import { UsageError } from '../usageError.js';
import { exported } from './proposal.js';
import type { VerifyOptions } from './verify.js';

/** Checks a change of the engine, or a file without asking anybody but the node. */
export async function verify(change: string | undefined, options: VerifyOptions): Promise<void> {
  const { file } = options;
  if (change !== undefined && file === undefined) {
    await run(options, async ({ countersign, output }) => {
      const known = await readKnown(options);
      const documents = await exported(countersign.change(change, options.run));
      // As it would stand in a file: what is no JSON is not there.
      return report(JSON.parse(JSON.stringify(documents)), known, { output, options });
    });
    return;
  }
  await runLocally(options, async (output) => {
    if (file === undefined || change !== undefined) throw new UsageError('Name a change, or a file with --file.');
    const known = await readKnown(options);
    return report(parse(await readTextFile(file), file), known, { output, options });
  });
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
}

async function readKnown({ compose, preLaunchScript, contract, rpcUrl }: VerifyOptions): Promise<Known> {
  if (rpcUrl !== undefined && !/^https?:\/\//.test(rpcUrl)) throw new UsageError('--rpc-url: must be an http(s) URL.');
  const address = contract === undefined ? undefined : addressSchema.safeParse(contract);
  if (address && !address.success) throw new UsageError('--contract: must be 20 bytes as hex.');
  return {
    composeFile: compose && (await readTextFile(compose)),
    preLaunchScript: preLaunchScript && (await readTextFile(preLaunchScript)),
    contract: address?.data,
    rpcUrl,
  };
}

interface Surroundings {
  readonly output: Output;
  readonly options: VerifyOptions;
}

async function report(document: unknown, known: Known, { output, options }: Surroundings): Promise<number> {
  const verification = await verifyProposal(document, {
    ...known,
    rpcUrl: known.rpcUrl ?? configuredNode(document),
  }).catch((error: unknown) => {
    throw error instanceof NoExportedProposal ? new UsageError(error.message) : error;
  });
  const { checks } = verification;
  const open = checks.filter(({ outcome }) => outcome === 'notCheckable').length;
  const verified = verification.verified && !(options.strict && open > 0);
  const text = await describe({ ...verification, verified }, open);
  output.result({ ...verification, verified }, () => text);
  return verified ? exitCodes.done : exitCodes.notVerified;
}

/** The node that a worker would use, where this machine has one configured. */
function configuredNode(document: unknown): string | undefined {
  const { expectation } = (document ?? {}) as { expectation?: { contract?: Chained; kms?: Chained } }; // Read as it comes: checked later.
  const chainId = (expectation?.contract ?? expectation?.kms)?.chainId;
  return process.env[`COUNTERSIGN_RPC_URL_${chainId}`]?.split(/[\s,]+/)[0] || undefined;
}

interface Chained {
  readonly chainId?: number;
}

const marks = { passed: green('✓'), failed: red('✗'), notCheckable: dim('–') } as const;

async function describe({ change, verified, checks }: Verification, open: number): Promise<string> {
  const rows = checks.map(({ name, outcome, reason }: Check) => [marks[outcome], checkTitles[name], reason]);
  const wrong = checks.filter(({ outcome }) => outcome === 'failed').length;
  const notMade = open > 0 ? `, ${open} could not be made (–)` : '';
  const passed = `${checks.length - wrong - open} checks passed${notMade}`;
  const verdict = verified
    ? green(`Verified: ${passed}.`)
    : red(`NOT VERIFIED: ${wrong > 0 ? `${wrong} failed, ` : ''}${passed}. Nobody should sign.`);
  return `${change}\n\n${await columns(rows)}\n\n${verdict}`;
}
