import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../client/connect.js';
import { defaultTaskQueue } from '../../model/taskQueues.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { type Stack, startStack } from '../../stack/startStack.js';
import { decodedPayloads, replayAll } from '../rig/executions.js';
import { type CliResult, runCli } from '../rig/runCli.js';

/** Planted where users put secrets: it must never be found again but in the VM. */
const planted = 'canary-6b1f0c2e-never-to-be-seen';
let home: string;
let stack: Stack;
/** Everything that anyone but the VM can read, by where it stands. */
const readable = new Map<string, string>();
let update: CliResult;
let tokens: readonly string[];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-secrets-'));
  stack = await startStack({
    folder: join(home, 'stack'),
    progress: () => {},
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  const { temporal, cloud, cvms } = stack;
  const [target] = cvms;
  if (!target) throw new Error('the stack has no CVM');
  const environment = { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace };
  await writeFile(join(home, '.env'), `API_KEY=${planted}\nOTHER="${planted} too"\n`);
  await writeFile(join(home, 'compose.yml'), 'services:\n  web:\n    image: nginx:1.28\n');
  const args = ['update', target.cvm.name, '-c', 'compose.yml', '-e', '.env', '--wait', '--json'];
  const updating = runCli(args, { environment, cwd: home });

  const countersign = await connect({ environment });
  const change = countersign.change(target.cvm.vmUuid);
  // It has to be started before it can be watched.
  while ((await change.status().catch(() => null)) === null) await new Promise((resolve) => setTimeout(resolve, 100));
  for await (const { phase, proposal } of change.watch()) {
    if (phase !== 'awaitingRegistration') continue;
    const [call] = proposal?.calls ?? [];
    const { safe, anvil } = cloud;
    const signers = safe.owners.slice(0, 2).map(({ privateKey }) => privateKey);
    if (call)
      await executeSafeTransaction({ rpcUrl: anvil.rpcUrl, safe: safe.address, signers, to: call.to, data: call.data });
    break;
  }
  update = await updating;
  tokens = cloud.simulator.ledger.tokens;
  await countersign.close();

  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const history = await client.workflow.getHandle(change.id).fetchHistory();
  await replayAll(client, defaultTaskQueue, tokens);
  await connection.close();
  readable.set('exported history', decodedPayloads(history));
  readable.set('metrics', await (await fetch(stack.workerMetrics)).text());
  readable.set('output of the command line', update.stdout + update.stderr);
  await stack.stop();
  for (const file of await readdir(join(home, 'stack'))) {
    if (file !== 'seal-keys') readable.set(file, (await readFile(join(home, 'stack', file))).toString('latin1'));
  }
}, 180_000);

afterAll(async () => {
  await stack?.stop();
  await rm(home, { recursive: true, force: true });
});

it('the update went through, and the VM has the environment', () => {
  expect(update.code, update.stderr).toBe(0);
  const [target] = stack.cvms;
  expect(target?.cvm.environment).toEqual({ API_KEY: planted, OTHER: `${planted} too` });
  expect(tokens.length).toBeGreaterThan(0);
});

it('what is looked through holds what it should hold: a search in nothing finds nothing', () => {
  expect([...readable.keys()]).toEqual(
    expect.arrayContaining(['temporal.db', 'worker.log', 'gateway.log', 'exported history', 'metrics']),
  );
  const { vmUuid } = stack.cvms[0]?.cvm ?? { vmUuid: '' };
  for (const place of ['temporal.db', 'exported history']) expect(readable.get(place), place).toContain(vmUuid);
  expect(readable.get('metrics')).toContain('temporal_');
  expect(readable.get('worker.log')).toContain('ready');
  // The preparation of the update has come by webhook, too.
  expect(readable.get('gateway.log')).toContain('known');
});

it('no commit token stands in the clear in history, database, logs, metrics or output', () => {
  for (const [place, text] of readable) for (const token of tokens) expect(text.includes(token), place).toBe(false);
});

it('no value of the environment stands in the clear in history, database, logs, metrics or output', () => {
  for (const [place, text] of readable) {
    for (const form of [
      planted,
      Buffer.from(planted).toString('base64').slice(0, -2),
      Buffer.from(planted).toString('hex'),
    ]) {
      expect(text.includes(form), `${form} in ${place}`).toBe(false);
    }
  }
});

it('no key of the worker stands in its log', () => {
  const { workerEnvironment } = stack;
  for (const name of ['PHALA_CLOUD_API_KEY', 'COUNTERSIGN_OWNER_KEY']) {
    const secret = workerEnvironment[name];
    expect(secret, name).toBeTruthy();
    for (const [place, text] of readable) expect(text.includes(secret ?? ''), `${name} in ${place}`).toBe(false);
  }
});
