import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Abi, Hex } from 'viem';
import { z } from 'zod';
import { projectFolder } from '../projectFolder.js';

/** A compiled contract. */
export interface CompiledContract {
  readonly abi: Abi;
  /** Creation code, without constructor arguments. */
  readonly bytecode: Hex;
}

const contractNames = ['ContractOwner', 'DstackApp', 'DstackAppTwoStep', 'DstackKms', 'Multicall3'] as const;

/** A contract that is in `contracts/`. */
export type ContractName = (typeof contractNames)[number];

/**
 * Fixed settings: the same source gives the same bytes. The metadata hash would change with every comment, and
 * `cancun` runs on every chain that the tests imitate.
 */
const settings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

const require = createRequire(import.meta.url);

type Contracts = Readonly<Record<ContractName, CompiledContract>>;

/** What is being compiled at this moment, by cache folder. */
const underWay = new Map<string, Promise<Contracts>>();

/**
 * Compiles `contracts/*.sol` with the solc of the project, in process. The first time takes a second or two; after that
 * the result is read from `node_modules/.cache/countersign`, under a name that changes with sources, settings and
 * compiler. Calls at once share one compilation; processes that compile at once do not disturb each other.
 *
 * @throws Error with the compiler's messages when a contract does not compile
 */
export function compileContracts(
  cacheFolder = join(projectFolder(), 'node_modules', '.cache', 'countersign'),
): Promise<Contracts> {
  const known = underWay.get(cacheFolder);
  if (known !== undefined) return known;
  const begun = readOrCompile(cacheFolder).finally(() => underWay.delete(cacheFolder));
  underWay.set(cacheFolder, begun);
  return begun;
}

async function readOrCompile(cacheFolder: string): Promise<Contracts> {
  const sources = await readSources(join(projectFolder(), 'contracts'));
  const input = JSON.stringify({ language: 'Solidity', sources, settings });
  const { version } = z.object({ version: z.string() }).parse(require('solc/package.json'));
  const key = createHash('sha256').update(`${version}\n${input}`).digest('hex').slice(0, 32);
  const cached = join(cacheFolder, `contracts-${key}.json`);
  const known = await readCached(cached);
  if (known !== undefined) return known;
  const contracts = compile(input);
  await keep(cached, contracts);
  return contracts;
}

async function readSources(folder: string): Promise<Record<string, { content: string }>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sol')).sort();
  const entries = names.map(async (name) => [name, { content: await readFile(join(folder, name), 'utf8') }] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const abiSchema = z.custom<Abi>((value) => Array.isArray(value));
const hexSchema = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-f]+$/.test(value));
const contractsSchema = z.record(z.enum(contractNames), z.object({ abi: abiSchema, bytecode: hexSchema }));

const outputSchema = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z
    .record(
      z.string(),
      z.record(z.string(), z.object({ abi: abiSchema, evm: z.object({ bytecode: z.object({ object: z.string() }) }) })),
    )
    .default({}),
});

function compile(input: string): Contracts {
  const solc = loadCompiler();
  const output = outputSchema.parse(JSON.parse(solc.compile(input)));
  const errors = output.errors.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const compiled = Object.values(output.contracts).flatMap((file) =>
    Object.entries(file).map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` }] as const),
  );
  return contractsSchema.parse(Object.fromEntries(compiled));
}

/** Loading the compiler takes as long as compiling, so this is done only where there is something to compile. */
function loadCompiler(): typeof import('solc') {
  const before = process.listeners('unhandledRejection');
  const solc = require('solc');
  // The compiler, an Emscripten program, takes over the whole process's unhandled rejections when it is loaded.
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.includes(listener)) process.off('unhandledRejection', listener);
  }
  return solc;
}

async function readCached(path: string): Promise<Contracts | undefined> {
  try {
    return contractsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Not there, or not what this version writes: compiled again.
    return undefined;
  }
}

/** Moves the file into place in one step: another process sees all of it or nothing. */
async function keep(path: string, contracts: Contracts): Promise<void> {
  const own = `${path}.${randomUUID()}`;
  try {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(own, JSON.stringify(contracts));
    await rename(own, path);
  } catch {
    // A read-only checkout compiles every time.
    await rm(own, { force: true }).catch(() => {});
  }
}
