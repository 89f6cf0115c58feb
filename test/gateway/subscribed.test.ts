import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeSummary } from '../../client/index.js';
import { newCompose } from '../rig/prepareElsewhere.js';
import { useRig } from '../rig/rig.js';
import { runCli } from '../rig/runCli.js';
import { runProgram } from '../rig/runProgram.js';
import { TestGateway } from './gateway.js';

/** A chain that Phala's own command line knows. */
const base = 8453;
const rig = useRig({
  cloud: {
    chain: { blockTimeSeconds: 1, mixedMining: true, slotsInAnEpoch: 1, chainId: base },
    // Retries are brought about by moving its clock: this leaves room for that, and it need not be ours.
    clockOffset: -3_600_000,
  },
});
const gateway = new TestGateway(rig);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-subscribed-'));
  await gateway.start();
  await gateway.subscribe(['cvm.update.pending_approval', 'cvm.updated']);
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the gateway said of a run. */
const outcomesOf = (runId: string | undefined): unknown[] =>
  gateway.log.split('\n').flatMap((line) => (runId && line.includes(runId) ? [JSON.parse(line).outcome] : []));

async function until<Value>(look: () => Promise<Value> | Value, fits: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await look();
    if (fits(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function changesOf(cvmId: string): Promise<readonly ChangeSummary[]> {
  const changes: ChangeSummary[] = [];
  for await (const change of rig.countersign.list({ cvmId })) changes.push(change);
  return changes;
}

/** Runs Phala's own command line, as its users do. */
async function phala(...args: string[]) {
  const { simulator, anvil } = rig.cloud;
  const result = await runProgram(createRequire(import.meta.url).resolve('phala'), args, {
    cwd: folder,
    environment: {
      ...{ HOME: folder, PHALA_CLOUD_API_PREFIX: simulator.url, PHALA_CLOUD_API_KEY: simulator.apiKey },
      ...{ ETH_RPC_URL: anvil.rpcUrl, PHALA_DISABLE_UPDATE_CHECK: '1', NO_COLOR: '1' },
    },
  });
  if (result.code !== 0) throw new Error(`phala ${args.join(' ')}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}

async function prepareByPhala(vmUuid: string): Promise<string> {
  const file = 'docker-compose.yml';
  await writeFile(join(folder, file), newCompose());
  return phala('deploy', '--cvm-id', vmUuid, '--prepare-only', '-c', file, '--json');
}

describe('an update that phala has prepared', () => {
  it('reaches the gateway, is registered by the owners, committed once, and run by the CVM', async () => {
    const cvm = await rig.addCvm('safe');
    const { compose_hash: composeHash } = JSON.parse(await prepareByPhala(cvm.vmUuid));
    await until(
      () => changesOf(cvm.vmUuid),
      ({ length }) => length > 0,
    );
    const change = rig.countersign.change(cvm.vmUuid);
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting).toMatchObject({ kind: 'adopt', composeHash, proposal: { registrar: 'safe' } });
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash });
    expect(cvm.commits).toMatchObject([{ via: 'token', composeHash }]);
    expect(cvm.bootedComposeHash).toBe(composeHash);
  });

  it('is adopted from the command line as well, with what phala prints', async () => {
    const cvm = await rig.addCvm('safe');
    await gateway.stop();
    const printed = JSON.parse(await prepareByPhala(cvm.vmUuid));
    const environment = { ...rig.workerEnvironment, COUNTERSIGN_COMMIT_TOKEN: printed.commit_token };
    const options = ['--compose-hash', printed.compose_hash, '--finality', 'latest', '--json'];
    const adopted = await runCli(['adopt', cvm.name, ...options], { environment });
    expect([adopted.code, adopted.stderr]).toEqual([0, '']);
    expect(JSON.parse(adopted.stdout)).toMatchObject({ change: `cvm-${cvm.vmUuid}`, kind: 'adopt' });
    const result = await rig.carryOut(rig.countersign.change(cvm.vmUuid));
    expect(result).toMatchObject({ phase: 'completed', composeHash: printed.compose_hash });
    expect(cvm.commits).toHaveLength(1);
    // The delivery comes again in a minute of Phala Cloud: by then there is nothing left to do.
    await gateway.start();
    await rig.cloud.simulator.clock.advance(61_000);
    expect(
      await until(
        () => outcomesOf(result.runId),
        ({ length }) => length > 0,
      ),
    ).toEqual(['known']);
  });
});

describe('an update of Countersign’s own', () => {
  it('is known to the gateway by its hash: it is not adopted, and its record says nothing of it', async () => {
    const cvm = await rig.addCvm('safe');
    const own = await rig.countersign.updateCvm(rig.request(cvm));
    const { composeHash } = await rig.until(own, 'awaitingRegistration');
    expect(
      await until(
        () => outcomesOf(own.runId),
        ({ length }) => length > 0,
      ),
    ).toEqual(['known']);
    expect((await own.status()).events.map(({ what }) => what)).not.toContain('Remark.');
    expect(await rig.carryOut(own)).toMatchObject({ phase: 'completed', composeHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it('that was cancelled before the delivery came does not come back by it', async () => {
    const cvm = await rig.addCvm('safe');
    await gateway.stop();
    const own = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(own, 'awaitingRegistration');
    await own.send('cancel', { by: 'test' });
    await own.result();
    await gateway.start();
    // Retried after a minute; the event is as old as it is.
    await rig.cloud.simulator.clock.advance(61_000);
    expect(
      await until(
        () => outcomesOf(own.runId),
        ({ length }) => length > 0,
      ),
    ).toEqual(['known']);
    // The list of changes may be a second behind.
    const runs = async () => (await changesOf(cvm.vmUuid)).map(({ kind, phase }) => [kind, phase]);
    await expect.poll(runs, { timeout: 20_000 }).toEqual([['update', 'cancelled']]);
  });

  it('that is prepared again is known as well', async () => {
    const cvm = await rig.addCvm('safe');
    const own = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(own, 'awaitingRegistration');
    await rig.cloud.simulator.clock.advance(15 * 86_400_000);
    await rig.register(own, waiting);
    expect(await own.result()).toMatchObject({ phase: 'completed' });
    expect(
      await until(
        () => outcomesOf(own.runId),
        ({ length }) => length > 1,
      ),
    ).toEqual(['known', 'known']);
    expect(cvm.commits).toHaveLength(1);
  });
});
