import { getCvmList, replicateCvm, safeReplicateCvm } from '@phala/cloud';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();

/** What `phala cvms replicate --prepare-only --json` prints; unlike `phala deploy` in camel case. */
const preparedSchema = z.object({
  success: z.literal(true),
  prepare_only: z.literal(true),
  composeHash: z.string(),
  appId: z.string(),
  deviceId: z.string(),
  commitToken: z.string(),
  commitUrl: z.url(),
  apiCommitUrl: z.url(),
  onchainStatus: z.object({ compose_hash_allowed: z.boolean(), device_id_allowed: z.boolean() }),
});

const vmSchema = z.object({ success: z.literal(true), vm_uuid: z.uuid(), app_id: z.string(), teepod_id: z.number() });

const replicasOf = ({ vmUuid }: SimulatedCvm) =>
  tools.cloud.simulator.ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === vmUuid);

const deviceOfNode = (nodeId: number): `0x${string}` => {
  const node = tools.cloud.simulator.nodes.find(({ id }) => id === nodeId);
  if (!node) throw new Error(`There is no node ${nodeId}.`);
  return node.deviceId;
};

const replicate = (cvm: SimulatedCvm, ...args: readonly string[]) =>
  tools.phalaJson(['cvms', 'replicate', cvm.vmUuid, ...args]);

test('with the provider’s KMS SDK and CLI replicate at once, to the node asked for', async () => {
  const cvm = await tools.cloud.addCvm('none', 'plain-source');
  const bySdk = await replicateCvm(tools.client, { id: cvm.vmUuid, node_id: 2 });
  const byCli = vmSchema.parse(await replicate(cvm, '--node-id', '1', '--compose-hash', cvm.composeHash));
  expect(bySdk).toMatchObject({ app_id: cvm.appId.slice(2), teepod_id: 2 });
  expect(replicasOf(cvm)).toMatchObject([
    { kind: 'replica', via: 'direct', vmUuid: bySdk.vm_uuid, nodeId: 2, composeHash: cvm.composeHash },
    { kind: 'replica', via: 'direct', vmUuid: byCli.vm_uuid, nodeId: 1, composeHash: cvm.composeHash },
  ]);
});

test('where the contract allows hash and device the SDK replicates an on-chain CVM at once', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'allowed-source', { deviceIds: [deviceOfNode(2)] });
  const vm = await replicateCvm(tools.client, { id: cvm.vmUuid, node_id: 2 });
  expect(vm).toMatchObject({ app_id: cvm.appId.slice(2), teepod_id: 2 });
  expect(replicasOf(cvm)).toMatchObject([{ vmUuid: vm.vm_uuid, nodeId: 2 }]);
});

test('a device that the contract does not allow is a 465 to the SDK, with all that a registration needs', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'refused-source');
  const result = await safeReplicateCvm(tools.client, { id: cvm.vmUuid, node_id: 2 });
  expect(result).toMatchObject({
    ...{ success: false, error: { name: 'ResourceError', status: 465, errorCode: 'ERR-01-005' } },
  });
  const { structuredDetails } = z
    .object({ structuredDetails: z.array(z.object({ field: z.string(), value: z.unknown() })) })
    .parse(result.success ? undefined : result.error);
  const details = new Map(structuredDetails.map(({ field, value }) => [field, value]));
  expect(details.get('device_id')).toBe(deviceOfNode(2));
  expect(details.get('onchain_status')).toMatchObject({ compose_hash_allowed: true, device_id_allowed: false });
  expect(replicasOf(cvm)).toEqual([]);
});

test('cvms replicate prepares, the Safe allows the device, and --commit brings the replica into being', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'prepared-source');
  const prepared = preparedSchema.parse(await replicate(cvm, '--node-id', '2', '--prepare-only'));
  expect(prepared).toMatchObject({ composeHash: cvm.composeHash, appId: cvm.appId, deviceId: deviceOfNode(2) });
  expect(prepared.onchainStatus).toMatchObject({ compose_hash_allowed: true, device_id_allowed: false });
  expect(replicasOf(cvm)).toEqual([]);

  const commit = ['--commit', '--token', prepared.commitToken, '--compose-hash', prepared.composeHash];
  const early = await tools.phala(['cvms', 'replicate', cvm.vmUuid, ...commit]);
  expect(early.code).toBe(1);
  expect(replicasOf(cvm)).toEqual([]);

  await tools.allowDeviceBySafe(cvm.appId, deviceOfNode(2));
  const vm = vmSchema.parse(await replicate(cvm, ...commit));
  expect(vm).toMatchObject({ app_id: cvm.appId.slice(2), teepod_id: 2 });
  expect(replicasOf(cvm)).toMatchObject([
    { vmUuid: vm.vm_uuid, via: 'token', transactionHash: 'already-registered', nodeId: 2 },
  ]);
});

test('for people it prints the state on chain, and the command that goes on', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'shown-source');
  const prepare = ['cvms', 'replicate', cvm.vmUuid, '--node-id', '2', '--prepare-only'];
  const { stdout } = await tools.phala(prepare);
  const lines = stdout.split('\n').map((line) => line.trim());
  const preparation = tools.cloud.simulator.ledger.preparations.at(-1);
  expect(preparation).toMatchObject({ kind: 'replica', cvmId: cvm.vmUuid });
  expect(lines).toEqual(
    expect.arrayContaining([
      ...['CVM replica prepared successfully (pending on-chain approval).', `Compose Hash:    ${cvm.composeHash}`],
      ...[`Device ID:       ${deviceOfNode(2)}`, 'Compose Hash:  registered', 'Device ID:     NOT registered'],
      ...[`--token ${preparation?.token} \\`, `--compose-hash ${cvm.composeHash} \\`],
    ]),
  );
});

test('with the owner’s key it allows the device and commits in one go', async () => {
  const cvm = await tools.cloud.addCvm('ownerKey', 'key-source');
  const vm = vmSchema.parse(await replicate(cvm, '--node-id', '2', ...tools.asOwnerKey));
  expect(replicasOf(cvm)).toMatchObject([{ vmUuid: vm.vm_uuid, via: 'token', nodeId: 2 }]);
});

test('a node may be named instead of numbered', async () => {
  const cvm = await tools.cloud.addCvm('none', 'named-node');
  const { name } = tools.cloud.simulator.nodes[1] ?? { name: '' };
  expect(vmSchema.parse(await replicate(cvm, '--node-id', name)).teepod_id).toBe(2);
});

// What follows are faults of the official tools themselves. The server's answers are the documented ones.

test('fault of the SDK: it drops the compose hash, and so replicates no CVM of an app that has several', async () => {
  const cvm = await tools.cloud.addCvm('none', 'hash-dropped');
  const request = { node_id: 1, compose_hash: cvm.composeHash };
  const first = await safeReplicateCvm(tools.client, { id: cvm.vmUuid, ...request });
  const second = await safeReplicateCvm(tools.client, { id: cvm.vmUuid, ...request });
  expect(first.success).toBe(true);
  expect(second).toMatchObject({ success: false, error: { status: 400, errorCode: 'ERR-03-009' } });
  await tools.client.post(`/cvms/${cvm.vmUuid}/replicas`, request);
  expect(replicasOf(cvm)).toHaveLength(2);
});

test('fault of the CLI: cvms list shows one CVM of an app, and hides its replicas', async () => {
  const cvm = await tools.cloud.addCvm('none', 'hiding-source');
  const { name } = await replicateCvm(tools.client, { id: cvm.vmUuid, node_id: 2 });
  const { items } = await getCvmList(tools.client, { page_size: 100 });
  expect(items.map((each) => each.name)).toEqual(expect.arrayContaining([cvm.name, name]));
  const { stdout } = await tools.phala(['cvms', 'list', '--page-size', '100']);
  expect([cvm.name, name].filter((each) => stdout.match(new RegExp(`\\b${each} `)))).toHaveLength(1);
});
