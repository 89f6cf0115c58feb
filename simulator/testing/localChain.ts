import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createTestClient, type Hex, http, publicActions, walletActions } from 'viem';
import { foundry } from 'viem/chains';
import { prefixed } from '../rules/hex.js';

type LocalChainClient = ReturnType<typeof clientFor>;

/** A chain of its own for one test file. */
export interface LocalChain {
  readonly url: string;
  readonly chainId: number;
  readonly client: LocalChainClient;
  /** Accounts that anvil signs for: contracts' owner, and somebody else. */
  readonly owner: Hex;
  readonly stranger: Hex;
  stop(): Promise<void>;
}

/** Starts anvil on a free port. The platform's binary is run itself, because the package's wrapper leaves an orphan. */
export async function startLocalChain(chainId: number = foundry.id): Promise<LocalChain> {
  const anvil = spawn(anvilBinary(), ['--port', '0', '--chain-id', String(chainId)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${await listeningPort(anvil)}`;
  const client = clientFor(url, chainId);
  const [owner, stranger] = await client.getAddresses();
  if (owner === undefined || stranger === undefined) {
    throw new Error('anvil has no accounts');
  }
  return {
    url,
    chainId,
    client,
    owner: prefixed(owner),
    stranger: prefixed(stranger),
    async stop() {
      const exited = once(anvil, 'exit');
      anvil.kill('SIGTERM');
      await exited;
    },
  };
}

function clientFor(url: string, chainId: number) {
  return createTestClient({
    mode: 'anvil',
    chain: { ...foundry, id: chainId },
    transport: http(url),
    pollingInterval: 20,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
}

function anvilBinary(): string {
  const require = createRequire(import.meta.url);
  const fromAnvil = createRequire(require.resolve('@foundry-rs/anvil/package.json'));
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return fromAnvil.resolve(`@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`);
}

function listeningPort(anvil: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    // The listener stays: a pipe that nobody reads fills up, and one that is closed ends anvil.
    anvil.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const port = /Listening on [\d.]+:(\d+)/.exec(printed)?.[1];
      if (port !== undefined) {
        printed = '';
        resolve(Number(port));
      }
    });
    anvil.once('exit', () => reject(new Error(`anvil did not start: ${printed}`)));
    anvil.once('error', reject);
  });
}
