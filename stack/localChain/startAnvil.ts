import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ProcessExit, spawnLeashed } from '../process/spawnLeashed.js';
import { type AnvilAccount, accountCount, anvilAccounts, testMnemonic } from './anvilAccounts.js';
import { anvilBinary } from './anvilBinary.js';

/** Settings of {@link startAnvil}. */
export interface AnvilOptions {
  /** Port on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** 31337 by default, which Phala's own SDK knows as a local chain. */
  readonly chainId?: number;
  /** A block each so many seconds; without it blocks come with transactions only. */
  readonly blockTimeSeconds?: number;
  /** With `blockTimeSeconds`: a transaction is mined at once all the same. Without it, it waits for the next block. */
  readonly mixedMining?: boolean;
  /** `safe` is this many blocks behind `latest`, `finalized` twice as many; anvil's own default is 32. */
  readonly slotsInAnEpoch?: number;
  /** The chain is read from this file when it is there, and written to it every 60 s and when anvil is told to stop. */
  readonly stateFile?: string;
  /** Writes the state file this often instead: what a SIGKILL of anvil itself may lose. Costs 2 KB a block each time. */
  readonly stateIntervalSeconds?: number;
}

/** A chain that runs. */
export interface Anvil {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Ten accounts with 10,000 ether each. */
  readonly accounts: readonly AnvilAccount[];
  readonly pid: number;
  /** Resolves when the node has ended, whoever ended it. */
  readonly exited: Promise<ProcessExit>;
  /** TERM, on which anvil writes its state file, then KILL after `graceMs` (5 s by default). 0 kills at once. */
  stop(graceMs?: number): Promise<void>;
}

const startLimitMs = 30_000;

/** How long a port that the caller chose may stay taken: a node of a killed parent is given five seconds to end. */
const portPatienceMs = 6_000;

/**
 * Starts a local chain. It ends with this process, however this process ends.
 *
 * @throws Error with anvil's last lines when it does not listen within 30 s, when the port stays taken, or when the
 * state file cannot be read
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const started = Date.now();
  for (;;) {
    try {
      return await startOnce(options);
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('in use');
      if (!isTaken || Date.now() - started > portPatienceMs) throw error;
      await delay(250);
    }
  }
}

async function startOnce(options: AnvilOptions): Promise<Anvil> {
  const { chainId = 31337, stateFile } = options;
  if (stateFile !== undefined) mkdirSync(dirname(stateFile), { recursive: true });
  // Made by anvil when it has something to put there, and left behind by it, however it ends.
  const cache = join(tmpdir(), `countersign-anvil-${randomUUID()}`);
  const lines: string[] = [];
  let announce = (_: string) => {};
  const announced = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const node = spawnLeashed(anvilBinary(), anvilArguments(options, chainId, cache), {
    name: 'anvil',
    onLine(line) {
      const address = /Listening on ([\d.]+:\d+)/.exec(line)?.[1];
      if (address !== undefined) announce(address);
      lines.push(line);
      if (lines.length > 10) lines.shift();
    },
  });
  const exited = node.exited.finally(() => rmSync(cache, { recursive: true, force: true }));
  const stop = async (graceMs = 5_000) => {
    await node.stop(graceMs);
    await exited;
  };
  const late = new AbortController();
  try {
    const address = await Promise.race([
      announced,
      exited.then(({ code, signal }) => fail(`ended with ${signal ?? `code ${code}`} instead of starting`, lines)),
      delay(startLimitMs, undefined, { signal: late.signal }).then(() =>
        fail(`did not listen within ${startLimitMs / 1000} s`, lines),
      ),
    ]);
    return { rpcUrl: `http://${address}`, chainId, accounts: anvilAccounts(), pid: node.pid, exited, stop };
  } catch (error) {
    await stop(0);
    throw error;
  } finally {
    late.abort();
  }
}

/**
 * Anvil keeps a copy of the state for every block, and with a block time of two seconds or less it keeps 1,500 of them
 * in memory and another 3,600 in files of half a megabyte and more, under the user's home, for good. One file is the
 * least with which it also shrinks what it keeps in memory, to ten blocks in the end. `--prune-history` would keep
 * no state of `safe` and `finalized`.
 */
function anvilArguments(options: AnvilOptions, chainId: number, cache: string): string[] {
  const { port = 0, blockTimeSeconds, mixedMining, slotsInAnEpoch, stateFile, stateIntervalSeconds } = options;
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId)],
    ...['--mnemonic', testMnemonic, '--accounts', String(accountCount)],
    ...['--max-persisted-states', '1', '--cache-path', cache],
    ...(blockTimeSeconds === undefined ? [] : ['--block-time', String(blockTimeSeconds)]),
    ...(blockTimeSeconds !== undefined && mixedMining === true ? ['--mixed-mining'] : []),
    ...(slotsInAnEpoch === undefined ? [] : ['--slots-in-an-epoch', String(slotsInAnEpoch)]),
    ...(stateFile === undefined ? [] : ['--state', stateFile]),
    ...(stateIntervalSeconds === undefined ? [] : ['--state-interval', String(stateIntervalSeconds)]),
  ];
}

function fail(what: string, lines: readonly string[]): never {
  const output = lines.join('\n');
  const wayOut = output.includes('failed to parse json file')
    ? ' The state file is damaged, as when anvil was killed while writing it: remove it to begin a new chain.'
    : '';
  throw new Error(`anvil ${what}.${wayOut}\n${output}`);
}
