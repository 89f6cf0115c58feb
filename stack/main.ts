import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { untilAskedToStop } from './process/untilAskedToStop.js';
import { readyFileContent, removeReadyFile, runningStack, writeReadyFile } from './readyFile.js';
import { type Stack, startStack } from './startStack.js';

const help = `npm run stack -- [options]

Runs everything that a change needs, until Ctrl-C: Temporal with its Web UI, a local chain with a Safe, a stand-in for
the Phala Cloud API with three CVMs, a worker, and a gateway that its webhooks reach. What others need to know is in the
ready file, as JSON.

  --ready-file <file>       default .countersign/stack.json; database and logs are kept beside it
  --temporal-port <port>    default: a free one, as for all ports
  --temporal-ui-port <port>
  --rpc-port <port>
  --phala-port <port>
  --gateway-port <port>

With TEMPORAL_ADDRESS set, that server is used in place of one of its own.
`;

const { values } = parseArgs({
  options: {
    'ready-file': { type: 'string', default: '.countersign/stack.json' },
    'temporal-port': { type: 'string' },
    'temporal-ui-port': { type: 'string' },
    'rpc-port': { type: 'string' },
    'phala-port': { type: 'string' },
    'gateway-port': { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  if (values.help) {
    print(help);
    return 0;
  }
  const readyFile = resolve(values['ready-file']);
  const other = await runningStack(readyFile);
  if (other !== null) {
    print(`A stack runs here already (process ${other}). Stop it, or give this one a --ready-file in another folder.`);
    return 1;
  }
  const stopped = untilAskedToStop();
  const starting = startStack({
    folder: dirname(readyFile),
    progress: print,
    env: process.env,
    ports: {
      temporal: port('temporal-port'),
      temporalUi: port('temporal-ui-port'),
      rpc: port('rpc-port'),
      phala: port('phala-port'),
      gateway: port('gateway-port'),
    },
  });
  const stack = await Promise.race([starting, stopped.then(() => null)]);
  // What has been started so far ends with this process.
  if (stack === null) return 0;
  try {
    await writeReadyFile(readyFile, readyFileContent(stack));
    print(describe(stack, readyFile));
    const why = await Promise.race([stopped.then(() => null), stack.broken]);
    print(why ?? 'Stopping …');
    return why === null ? 0 : 1;
  } finally {
    await removeReadyFile(readyFile);
    await stack.stop();
  }
}

function port(
  option: 'temporal-port' | 'temporal-ui-port' | 'rpc-port' | 'phala-port' | 'gateway-port',
): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error(`--${option}: ${text} is no port.`);
}

function describe({ temporal, cloud, cvms, gateway }: Stack, readyFile: string): string {
  const { anvil, safe, simulator } = cloud;
  return [
    '',
    'The stack is ready.',
    `  Temporal      ${temporal.address}, namespace ${temporal.namespace}`,
    ...(temporal.uiUrl ? [`  Web UI        ${temporal.uiUrl}`] : []),
    `  chain ${anvil.chainId}   ${anvil.rpcUrl}`,
    `  Safe          ${safe.address}, ${safe.threshold} of ${safe.owners.length}`,
    `  Phala Cloud   ${simulator.url} (simulated)`,
    `  gateway       ${gateway.url}, receives its webhooks`,
    ...cvms.map(({ cvm, registrar }) => `  CVM           ${cvm.vmUuid}  ${cvm.name}, ${registrar ?? 'no contract'}`),
    `  all of this   ${readyFile}`,
    '',
    'In another terminal:',
    '  npx countersign update safe-app -c docker-compose.yml --wait',
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
