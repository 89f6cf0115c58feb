import { describe, expect, test } from 'vitest';
import { useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const world = useSimulatorOnChain();

describe('ids', () => {
  test('a CVM is found under every form of its ids', async () => {
    const { cvm } = await world.addOnChainCvm({ name: 'one-of-a-kind' });
    const forms = [
      cvm.vmUuid,
      cvm.vmUuid.replaceAll('-', ''),
      cvm.vmUuid.toUpperCase(),
      cvm.appId,
      cvm.appId.slice(2),
      `app_${cvm.appId.slice(2)}`,
      cvm.instanceId,
      cvm.hashId,
      'one-of-a-kind',
    ];
    for (const form of forms) {
      expect(await world.get(`/cvms/${form}`), form).toMatchObject({ status: 200, body: { vm_uuid: cvm.vmUuid } });
    }
  });

  test('an id that fits several CVMs is a 400: ERR-03-010, and ERR-03-002 for a name', async () => {
    const { cvm, app } = await world.addOnChainCvm({ name: 'twin' });
    const kms = { kind: 'onchain', chainId: world.chain.chainId, appContract: app.address } as const;
    world.simulator.addCvm({ name: 'twin', dockerComposeFile: 'services: {}', kms });
    const several = { status: 400, body: { error_code: 'ERR-03-010' } };
    expect(await world.get(`/cvms/${app.address}`)).toMatchObject(several);
    expect(await world.get(`/cvms/app_${app.address.slice(2)}`)).toMatchObject(several);
    expect(await world.get('/cvms/twin')).toMatchObject({ status: 400, body: { error_code: 'ERR-03-002' } });
    expect(await world.get(`/cvms/${cvm.vmUuid}`)).toMatchObject({ status: 200 });
  });

  test('an id that fits none, or a CVM that is gone, is a 404 with ERR-03-001', async () => {
    const { cvm } = await world.addOnChainCvm();
    cvm.remove();
    for (const id of [cvm.vmUuid, 'nobody', `0x${'ab'.repeat(20)}`]) {
      const reply = await world.get(`/cvms/${id}`);
      expect(reply).toMatchObject({
        status: 404,
        body: { error_code: 'ERR-03-001', request_id: reply.headers.get('x-request-id') },
      });
    }
  });
});

describe('shapes', () => {
  test('2026-01-21 is the default: hash id, nested parts, the chain’s data', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    expect(await world.get(`/cvms/${cvm.vmUuid}`)).toMatchObject({
      status: 200,
      body: {
        id: cvm.hashId,
        app_id: cvm.appId.slice(2),
        compose_hash: cvm.composeHash.slice(2),
        in_progress: false,
        progress: null,
        node_info: { device_id: cvm.deviceId.slice(2) },
        kms_info: {
          chain_id: world.chain.chainId,
          dstack_app_address: app.address,
          deployer_address: world.chain.owner,
          encrypted_env_pubkey: cvm.environmentPublicKey,
        },
        compose_file: cvm.appCompose,
      },
    });
  });

  test('2025-10-28 has an integer id and the KMS with slug and id', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    expect(await world.get(`/cvms/${cvm.vmUuid}`, { 'x-phala-version': '2025-10-28' })).toMatchObject({
      body: {
        id: cvm.number,
        contract_address: app.address,
        encrypted_env_pubkey: cvm.environmentPublicKey,
        kms_info: { slug: cvm.kmsSlug, id: expect.stringMatching(/^kms_/) },
      },
    });
  });

  test('the newer versions also tell the signing key of the KMS', async () => {
    const { cvm } = await world.addOnChainCvm();
    expect(await world.get(`/cvms/${cvm.vmUuid}`, { 'x-phala-version': '2026-06-23' })).toMatchObject({
      body: { kms_info: { k256_pubkey: expect.stringMatching(/^0x0[23]/) } },
    });
  });

  test('while an operation runs, in_progress and progress say which', async () => {
    const { cvm } = await world.addOnChainCvm();
    await world.patch(cvm, { vcpu: 4 });
    const correlationId = cvm.commits[0]?.correlationId;
    expect(await world.get(`/cvms/${cvm.vmUuid}`)).toMatchObject({
      body: { status: 'updating', in_progress: true, progress: { target: 'running', correlation_id: correlationId } },
    });
    expect(await world.get(`/cvms/${cvm.vmUuid}/operation-status`)).toMatchObject({
      body: { status: 'in_progress', correlation_id: correlationId },
    });
    await world.finishOperation();
    expect(await world.get(`/cvms/${cvm.vmUuid}/operation-status`)).toMatchObject({ body: { status: 'idle' } });
  });

  test('the compose file is the saved document, as JSON or as the bytes that are hashed', async () => {
    const { cvm } = await world.addOnChainCvm();
    const path = `/cvms/${cvm.vmUuid}/compose_file`;
    expect((await world.get(path)).body).toEqual(cvm.appCompose);
    expect((await world.get(`${path}?raw=true`)).body).toMatch(/^\{"allowed_envs":\[\],"docker_compose_file":/);
  });

  test('lists come whole or in pages', async () => {
    const { body } = await world.get('/cvms');
    expect(body).toContainEqual(expect.objectContaining({ id: expect.stringMatching(/^cvm_/) }));
    expect(await world.get('/cvms/paginated?page=2&page_size=3')).toMatchObject({
      body: { page: 2, page_size: 3, items: { length: 3 } },
    });
    expect(await world.get('/cvms/paginated?page_size=101')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['query', 'page_size'], type: 'less_than_equal' }] },
    });
  });
});

describe('X-API-Key', () => {
  test('without a key, or with a wrong one, 401', async () => {
    const { cvm } = await world.addOnChainCvm();
    const path = `/cvms/${cvm.vmUuid}`;
    expect(await world.get(path, { 'x-api-key': '' })).toMatchObject({
      status: 401,
      body: { detail: 'Not authenticated' },
    });
    expect(await world.get(path, { 'x-api-key': 'phak_wrong' })).toMatchObject({
      status: 401,
      body: { detail: 'Invalid API key' },
    });
    expect(await world.patch(cvm, 'not JSON', { 'x-api-key': '' }), 'before the body is looked at').toMatchObject({
      status: 401,
    });
  });
});
