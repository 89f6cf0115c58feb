import {
  getCvmInfo,
  getCvmList,
  getCvmState,
  getCvmStatusBatch,
  patchCvm,
  safeGetCvmInfo,
  WatchAbortedError,
  watchCvmState,
} from '@phala/cloud';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { chains, composeFile, useOfficialTools } from './officialTools.js';

/** Seconds in which an operation is certainly seen under way; the clock of the cloud is moved to its end. */
const operation = 5;
const tools = useOfficialTools(chains.base, operation);

test('the SDK finds a CVM by every identifier that the API knows', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'found-by-all');
  const { vmUuid, appId, instanceId, name, hashId } = cvm;
  const identifiers = [{ id: vmUuid }, { uuid: vmUuid }, { app_id: appId.slice(2) }, { instance_id: instanceId }];
  for (const identifier of [...identifiers, { name }, { id: hashId }]) {
    expect(await getCvmInfo(tools.client, identifier)).toMatchObject({ vm_uuid: vmUuid, name, status: 'running' });
  }
});

test.each(['2025-10-28', '2026-01-21'] as const)(
  'in API version %s the SDK reads a CVM and the list',
  async (version) => {
    const cvm = await tools.cloud.addCvm('safe', `version-${version}`);
    const client = tools.client.withVersion(version);
    const info = await getCvmInfo(client, { id: cvm.vmUuid });
    expect(info).toMatchObject({ name: cvm.name, app_id: cvm.appId.slice(2) });
    expect(info?.kms_info).toMatchObject({ chain_id: chains.base, chain: { id: chains.base } });
    const { items } = await getCvmList(client, { page: 1, page_size: 100 });
    expect(items.map(({ name }) => name)).toContain(cvm.name);
  },
);

test('what is not there is an error with the code of the documentation', async () => {
  const result = await safeGetCvmInfo(tools.client, { name: 'nobody-knows-it' });
  expect(result).toMatchObject({ success: false, error: { status: 404, errorCode: 'ERR-03-001' } });
});

test('phala cvms get shows a CVM, for people and as JSON', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'shown-by-cli');
  const { stdout } = await tools.phala(['cvms', 'get', cvm.name]);
  expect(stdout).toContain('shown-by-cli');
  expect(stdout).toContain(`app_${cvm.appId.slice(2)}`);
  expect(stdout).toContain('running');
  expect(await tools.phalaJson(['cvms', 'get', cvm.vmUuid])).toMatchObject({
    ...{ success: true, name: cvm.name, vm_uuid: cvm.vmUuid, status: 'running' },
    compose_hash: cvm.composeHash.slice(2),
    kms_info: { chain_id: chains.base, dstack_app_address: cvm.appId },
  });
});

test('phala cvms list shows every CVM once', async () => {
  const cvm = await tools.cloud.addCvm('none', 'listed-by-cli');
  const { stdout } = await tools.phala(['cvms', 'list']);
  expect(stdout.split('\n').filter((line) => line.includes(cvm.name))).toHaveLength(1);
  const listed = z
    .object({ success: z.literal(true), items: z.array(z.object({ appId: z.string(), cvmName: z.string() })) })
    .parse(await tools.phalaJson(['cvms', 'list', '--page-size', '100']));
  expect(listed.items).toContainEqual({ appId: cvm.appId.slice(2), cvmName: cvm.name });
});

test('the state of a CVM follows an update and its end', async () => {
  const cvm = await tools.cloud.addCvm('none', 'state-followed');
  expect(await getCvmState(tools.client, { id: cvm.vmUuid })).toMatchObject({ name: cvm.name, status: 'running' });
  await patchCvm(tools.client, { id: cvm.vmUuid, docker_compose_file: composeFile('state') });
  const vmUuids = [cvm.vmUuid];
  expect(Object.values(await getCvmStatusBatch(tools.client, { vmUuids }))).toMatchObject([{ in_progress: true }]);
  await tools.cloud.simulator.clock.advance(operation * 1_000);
  expect(Object.values(await getCvmStatusBatch(tools.client, { vmUuids }))).toMatchObject([{ in_progress: false }]);
});

test('watchCvmState sees each state of an update, and ends when the CVM runs', async () => {
  const { clock } = tools.cloud.simulator;
  const cvm = await tools.cloud.addCvm('none', 'state-watched');
  await patchCvm(tools.client, { id: cvm.vmUuid, docker_compose_file: composeFile('watch') });
  const seen: string[] = [];
  const watched = watchCvmState(
    tools.client,
    { id: cvm.vmUuid, target: 'running' },
    {
      onEvent({ type, data }) {
        seen.push(type === 'state' ? data.status : type);
        // The server looks every five seconds of its own clock.
        if (seen.length === 1) void clock.advance(10_000);
      },
    },
  );
  expect(await watched).toMatchObject({ name: cvm.name, status: 'running' });
  expect(seen).toEqual(['updating', 'running', 'complete']);
});

test('a state that does not come is a timeout, and a watch that is called off ends at once', async () => {
  const { clock } = tools.cloud.simulator;
  const cvm = await tools.cloud.addCvm('none', 'state-awaited');
  const controller = new AbortController();
  const seen: string[] = [];
  const watched = watchCvmState(
    tools.client,
    { id: cvm.vmUuid, target: 'stopped', timeout: 10, retryDelay: 1 },
    {
      signal: controller.signal,
      onEvent({ type }) {
        seen.push(type);
        if (type === 'timeout') controller.abort();
        else if (seen.length === 1) void clock.advance(10_000);
      },
    },
  );
  await expect(watched).rejects.toThrow(WatchAbortedError);
  expect(seen).toContain('timeout');
});
