import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ChangeStatus, type Countersign, connect } from '../client/index.js';
import { executeSafeTransaction } from './localChain/executeSafeTransaction.js';
import { untilAskedToStop } from './process/untilAskedToStop.js';
import { readBack } from './readBack.js';
import { readyFileContent, writeReadyFile } from './readyFile.js';
import { type Stack, startStack } from './startStack.js';

const help = `npm run demo -- [options]

Starts the embedded stack, runs one update of a CVM whose app is owned by a Safe, from request to running CVM, and takes
everything down again.

  --keep   leave the stack up afterwards, until Ctrl-C
  --json   the last line is one JSON object, read back from the workflow, the chain and the API
`;

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** With --json, everything but the result goes to standard error. */
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

/** What a shell shows of a program that Ctrl-C ended. */
const interrupted = 130;

const newCompose = 'services:\n  web:\n    image: nginx:1.28\n    ports: ["80:80"]\n';

async function main(): Promise<number> {
  if (values.help) {
    say(help);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
  const stopped = untilAskedToStop();
  try {
    const stack = await Promise.race([
      startStack({ folder, progress: say, env: process.env }),
      stopped.then(() => null),
    ]);
    // What has been started so far ends with this process.
    return stack === null ? interrupted : await show(stack, folder, stopped);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(stack: Stack, folder: string, stopped: Promise<void>): Promise<number> {
  try {
    const outcome = await Promise.race([
      runUpdate(stack),
      stack.broken.then((why) => Promise.reject(new Error(why))),
      stopped.then(() => null),
    ]);
    if (outcome === null) return interrupted;
    if (values.keep) await keep(stack, folder, stopped);
    if (values.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    return outcome.phase === 'completed' ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

/** One update, as its people live it: a service asks, two owners of the Safe sign, and the CVM runs something new. */
async function runUpdate(stack: Stack) {
  const { temporal, cloud, cvms } = stack;
  const target = cvms.find(({ registrar }) => registrar === 'safe');
  if (!target) throw new Error('The stack has no CVM whose app is owned by a Safe.');
  const { vmUuid, name } = target.cvm;
  const countersign = await connectTo(stack);
  try {
    say(`\nUpdating ${name} (${vmUuid}) from nginx 1.27 to 1.28 …`);
    const change = await countersign.updateCvm({
      cvmId: vmUuid,
      update: { dockerComposeFile: newCompose },
      requestedBy: 'demo',
      reason: 'nginx 1.28',
    });
    if (temporal.uiUrl) {
      say(`  ${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${change.id}/${change.runId}/history\n`);
    }
    let signed = false;
    let shown = '';
    for await (const status of change.watch()) {
      const line = describe(status);
      if (line !== shown) say(line);
      shown = line;
      if (status.phase === 'awaitingRegistration' && !signed) {
        signed = true;
        const transactionHash = await signAsOwners(stack, status);
        const { summary } = await change.send('registered', { by: 'demo', transactionHash });
        say(`  ${summary}`);
      }
    }
    await change.result();
    const result = await readBack({ change, rpcUrl: cloud.anvil.rpcUrl, simulator: cloud.simulator });
    say(`\n${name} runs ${result.composeHash}.`);
    say(`  ${result.historyEvents} history events, ${result.elapsedMs} ms`);
    return result;
  } finally {
    await countersign.close();
  }
}

const connectTo = ({ temporal }: Stack): Promise<Countersign> =>
  connect({ environment: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace } });

/** Two of the Safe's three owners sign what the proposal says, and anyone executes it. */
async function signAsOwners({ cloud: { anvil, safe } }: Stack, { proposal }: ChangeStatus): Promise<`0x${string}`> {
  const call = proposal?.calls[0];
  if (!proposal?.safe || !call) throw new Error('There is nothing for the Safe to sign.');
  say(`  two owners sign ${proposal.safe.transactionHash} …`);
  const signers = safe.owners.slice(0, safe.threshold).map(({ privateKey }) => privateKey);
  const executed = await executeSafeTransaction({
    rpcUrl: anvil.rpcUrl,
    safe: safe.address,
    signers,
    to: call.to,
    data: call.data,
  });
  if (executed.safeTxHash !== proposal.safe.transactionHash) {
    throw new Error(`The owners signed ${executed.safeTxHash}, the proposal says ${proposal.safe.transactionHash}.`);
  }
  say(`  executed: ${executed.transactionHash}`);
  return executed.transactionHash;
}

const describe = ({ phase, awaiting, events }: ChangeStatus): string =>
  `${phase.padEnd(22)}${awaiting ?? events.at(-1)?.what ?? ''}`;

async function keep(stack: Stack, folder: string, stopped: Promise<void>): Promise<void> {
  const readyFile = join(folder, 'stack.json');
  await writeReadyFile(readyFile, readyFileContent(stack));
  say(`\nThe stack stays up until Ctrl-C; how to reach it: ${readyFile}`);
  if (stack.temporal.uiUrl) say(`  ${stack.temporal.uiUrl}`);
  await Promise.race([stopped, stack.broken]);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
