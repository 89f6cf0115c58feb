import { expect, test } from 'vitest';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';
import { composeFile, useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const world = useSimulatorOnChain();

const pending = async (appId: string) => (await world.get(`/apps/${appId}/pending-updates`)).body;

test('an update is pending from its registration until it is applied', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const { token, composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
  expect(await pending(app.address)).toEqual({ items: [] });
  await app.addComposeHash(composeHash);
  const registered = await pending(app.address);
  expect(registered).toEqual({
    items: [{ vm_uuid: cvm.vmUuid, compose_hash: composeHash.slice(2), on_chain: true, instance_name: 'payments' }],
  });
  expect(schemaProblems('PendingUpdatesResponse', registered)).toEqual([]);
  await world.commit(cvm, { token });
  expect(await pending(app.address)).toEqual({ items: [] });
});

test('it is pending no more when its time is over', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const { composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
  await app.addComposeHash(composeHash);
  await world.simulator.clock.advance(14 * 24 * 3600 * 1000);
  expect(await pending(app.address)).toEqual({ items: [] });
});

test('the preview has what is saved and what it would become', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const update = { docker_compose_file: composeFile('2'), pre_launch_script: 'echo new' };
  const { composeHash } = await world.prepare(cvm, update);
  await app.addComposeHash(composeHash);
  const preview = (hash: string) => world.get(`/apps/${app.address}/pending-updates/${cvm.vmUuid}/${hash}/preview`);
  const { status, body } = await preview(composeHash);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      current_docker_compose: composeFile('1'),
      pending_docker_compose: composeFile('2'),
      current_pre_launch_script: null,
      pending_pre_launch_script: 'echo new',
    },
  });
  expect(schemaProblems('PendingUpdatePreview', body)).toEqual([]);
  expect((await preview(composeHash.slice(2))).status).toBe(200);
  expect((await preview(cvm.composeHash)).status).toBe(404);
});

test('an app without on-world.chain KMS has none, and one that is not there is a 404', async () => {
  expect(await pending(world.addPhalaCvm().appId)).toEqual({ items: [] });
  expect(await pending(`0x${'ab'.repeat(20)}`)).toEqual({ detail: 'App not found' });
});
