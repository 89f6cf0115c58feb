import { Command, InvalidArgumentError } from 'commander';
import { startSimulator } from '../startSimulator.js';
import { described, description } from './describe.js';
import { exitCodes } from './exitCodes.js';
import { byChainId, ChainUnreachable, type KmsContract, kmsContract, type RpcUrl, rpcUrl } from './perChain.js';
import { untilAskedToStop } from './untilAskedToStop.js';

interface Options {
  readonly rpcUrl: readonly RpcUrl[];
  readonly kmsContract: readonly KmsContract[];
  readonly port: number;
  readonly host: string;
  readonly apiKey?: string;
  readonly operationSeconds: number;
  readonly json?: true;
}

/** The command line of a simulator that runs by itself. */
export function createProgram(): Command {
  return (
    new Command('npm run simulator --')
      .description('Runs a stand-in for the Phala Cloud API over real chains, until Ctrl-C.')
      .option(
        '--rpc-url <url>',
        'a chain: <chainId>=<url>, or a URL whose chain is asked for its id; repeatable',
        rpcUrl,
        [],
      )
      .option('--kms-contract <address>', '<chainId>=<address> of a DstackKms contract; repeatable', kmsContract, [])
      .option('--port <port>', 'where to listen; 0: a free one', number(0, 65_535), 0)
      .option('--host <host>', 'keep it local: the controls ask for no key', '127.0.0.1')
      .option('--api-key <key>', 'what X-API-Key must be (default: a fresh one)')
      .option('--operation-seconds <seconds>', 'how long an operation takes', number(0, 86_400), 2)
      .option('--json', 'print one line of JSON: url, apiKey, control, chainIds')
      .addHelpText(
        'after',
        `
Examples:
  $ npm run simulator
  $ npm run simulator -- --rpc-url http://127.0.0.1:8545 --port 4000
  $ npm run simulator -- --rpc-url 8453=https://mainnet.base.org --kms-contract 8453=0x… --json

Exit codes: 0 stopped when asked · 1 cannot listen, or an unexpected error · 2 invalid command line
            3 an RPC URL without chain id does not answer`,
      )
      .showHelpAfterError('(--help shows the options)')
      // A wrong command line is invalid input; asking for help is not.
      .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.stopped : exitCodes.invalid))
      .action(run)
  );
}

async function run(options: Options): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const stopped = untilAskedToStop();
    const rpcUrls = await byChainId(options.rpcUrl);
    const simulator = await startSimulator({
      rpcUrls,
      kmsContracts: Object.fromEntries(options.kmsContract.map(({ chainId, contract }) => [chainId, contract])),
      port: options.port,
      host: options.host,
      operationSeconds: options.operationSeconds,
      ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    });
    const about = description(simulator, rpcUrls);
    print(options.json === true ? JSON.stringify(about) : described(about));
    await stopped;
    await simulator.close();
    // Whatever the chains' clients still have open must not keep it.
    process.exit(exitCodes.stopped);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof ChainUnreachable ? exitCodes.unreachable : exitCodes.unexpected);
  }
}

function number(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= minimum && value <= maximum)) {
      throw new InvalidArgumentError(`Expected a number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}
