import { describe, expect, test } from 'vitest';
import { composeFile, errorDetails, useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const world = useSimulatorOnChain();

const PREPARE_ONLY = { 'x-prepare-only': 'true' };

describe('a CVM with an on-world.chain KMS', () => {
  test('a prepare is answered with 465 and all details, and leaves the CVM as it is', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const before = cvm.composeHash;
    const reply = await world.patch(cvm, { docker_compose_file: composeFile('2') }, PREPARE_ONLY);
    expect(reply.status).toBe(465);
    expect(reply.body).toMatchObject({
      error_code: 'ERR-01-005',
      message: 'Compose hash registration required on-chain',
      request_id: reply.headers.get('x-request-id'),
    });
    const details = errorDetails(reply.body);
    expect(details).toEqual({
      compose_hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      app_id: app.address,
      device_id: cvm.deviceId,
      kms_info: expect.objectContaining({ id: expect.stringMatching(/^kms_/), chain_id: world.chain.chainId }),
      commit_token: expect.any(String),
      commit_url: expect.stringContaining(`/cvms/${cvm.vmUuid}/confirm-update?token=${details['commit_token']}`),
      api_commit_url: `${world.simulator.url}/cvms/${cvm.vmUuid}/commit-update?token=${details['commit_token']}`,
      onchain_status: { compose_hash_allowed: false, device_id_allowed: true, is_allowed: false },
    });
    expect(cvm).toMatchObject({ composeHash: before, inProgress: false, commits: [] });
  });

  test('onchain_status is what the world.chain says', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const { composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
    await app.addComposeHash(composeHash);
    await app.removeDevice(cvm.deviceId);
    const statusNow = async () => {
      const { body } = await world.patch(cvm, { docker_compose_file: composeFile('2') }, PREPARE_ONLY);
      return errorDetails(body)['onchain_status'];
    };
    expect(await statusNow()).toEqual({ compose_hash_allowed: true, device_id_allowed: false, is_allowed: false });
    await app.setAllowAnyDevice(true);
    expect(await statusNow()).toEqual({ compose_hash_allowed: true, device_id_allowed: true, is_allowed: true });
  });

  test.each([
    { pre_launch_script: 'echo hello' },
    { pre_launch_script: '' },
    { allowed_envs: ['TOKEN'] },
    { public_logs: false },
    { public_sysinfo: false },
    { public_tcbinfo: false },
  ])('%o touches the hash: 465', async (update) => {
    const { cvm } = await world.addOnChainCvm();
    expect((await world.patch(cvm, update)).status).toBe(465);
  });

  test.each([
    { encrypted_env: 'abcd' },
    { vcpu: 4 },
    { memory: 8192 },
    { disk_size: 80 },
    { image: 'dstack-0.6.0' },
    { user_config: '{}' },
    { shutdown_timeout: 30 },
    { gpus: { gpus: [{ slot: '0000:18:00.0' }] } },
  ])('%o does not touch the hash: applied at once, also with X-Prepare-Only', async (update) => {
    const { cvm } = await world.addOnChainCvm();
    const reply = await world.patch(cvm, update, PREPARE_ONLY);
    expect(reply).toMatchObject({ status: 202, body: { status: 'in_progress', correlation_id: expect.any(String) } });
    expect(cvm.commits).toMatchObject([{ via: 'direct', composeHash: cvm.composeHash }]);
  });

  test('phase 2 by headers commits the body of phase 1, and looks at no other', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const first = await world.patch(cvm, { docker_compose_file: composeFile('2'), vcpu: 8 });
    const composeHash = errorDetails(first.body)['compose_hash'] as `0x${string}`; // seen to be hex above
    const transactionHash = await app.addComposeHash(composeHash);
    const headers = { 'x-compose-hash': composeHash, 'x-transaction-hash': transactionHash };
    expect(await world.patch(cvm, undefined, headers)).toMatchObject({ status: 422 });
    expect(await world.patch(cvm, { vcpu: 16 }, headers)).toMatchObject({ status: 202 });
    expect(cvm).toMatchObject({ composeHash, commits: [{ via: 'headers', composeHash, transactionHash }] });
    expect((await world.get(`/cvms/${cvm.vmUuid}`)).body).toMatchObject({ resource: { vcpu: 8 } });
    await world.finishOperation();
    expect(await world.patch(cvm, {}, headers), 'a second time').toMatchObject({ status: 466 });
    expect(cvm.commits).toHaveLength(1);
  });

  test('phase 2 by headers: 466 for a hash nobody prepared, 468 before registration, 466 after 14 days', async () => {
    const { cvm, app } = await world.addOnChainCvm();
    const { composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
    const unknown = { 'x-compose-hash': `0x${'11'.repeat(32)}`, 'x-transaction-hash': 'already-registered' };
    const prepared = { 'x-compose-hash': composeHash, 'x-transaction-hash': 'already-registered' };
    expect(await world.patch(cvm, {}, unknown)).toMatchObject({ status: 466, body: { error_code: 'ERR-01-006' } });
    expect(await world.patch(cvm, {}, prepared)).toMatchObject({ status: 468, body: { error_code: 'ERR-01-008' } });
    await app.addComposeHash(composeHash);
    await world.simulator.clock.advance(14 * 24 * 3600 * 1000);
    expect(await world.patch(cvm, {}, prepared)).toMatchObject({ status: 466 });
    expect(cvm.commits).toEqual([]);
  });
});

describe('a CVM without on-world.chain KMS', () => {
  test('THE TRAP: X-Prepare-Only does not prepare, it applies', async () => {
    const cvm = world.addPhalaCvm();
    const before = cvm.composeHash;
    const reply = await world.patch(cvm, { docker_compose_file: composeFile('2') }, PREPARE_ONLY);
    expect(reply).toMatchObject({ status: 202, body: { correlation_id: cvm.commits[0]?.correlationId } });
    expect(cvm.composeHash).not.toBe(before);
    expect(cvm.commits).toMatchObject([{ via: 'direct', composeHash: cvm.composeHash }]);
  });
});

describe('any CVM', () => {
  test.each([{}, { docker_compose_file: composeFile('1') }, { docker_compose_file: null, vcpu: null }])(
    '%o changes nothing: no_change without correlation_id, and no operation',
    async (update) => {
      const cvm = world.addPhalaCvm();
      expect(await world.patch(cvm, update)).toMatchObject({
        status: 202,
        body: { status: 'no_change', message: 'Compose configuration unchanged' },
      });
      expect(cvm).toMatchObject({ commits: [], inProgress: false });
    },
  );

  test('409 without error code while an operation runs, and not after', async () => {
    const cvm = world.addPhalaCvm();
    await world.patch(cvm, { vcpu: 4 });
    expect(await world.patch(cvm, { vcpu: 8 })).toMatchObject({
      status: 409,
      body: { detail: 'Another operation in progress' },
    });
    await world.finishOperation();
    expect(await world.patch(cvm, { vcpu: 8 })).toMatchObject({ status: 202 });
  });

  test.each([
    [{ docker_compose_file: 7 }, ['body', 'docker_compose_file'], 'string_type'],
    [{ allowed_envs: ['A', 1] }, ['body', 'allowed_envs', 1], 'string_type'],
    [{ public_logs: 'yes' }, ['body', 'public_logs'], 'bool_type'],
    [{ vcpu: '4' }, ['body', 'vcpu'], 'int_type'],
    [{ vcpu: 1.5 }, ['body', 'vcpu'], 'int_from_float'],
    [{ shutdown_timeout: 9 }, ['body', 'shutdown_timeout'], 'greater_than_equal'],
    [{ shutdown_timeout: 1201 }, ['body', 'shutdown_timeout'], 'less_than_equal'],
    [{ allow_force_stop: null }, ['body', 'allow_force_stop'], 'bool_type'],
    [{ gpus: {} }, ['body', 'gpus', 'gpus'], 'missing'],
    ['{"vcpu":', ['body', 0], 'json_invalid'],
    ['[]', ['body'], 'model_attributes_type'],
    [undefined, ['body'], 'missing'],
  ])('%o is a 422 as FastAPI gives it', async (body, loc, type) => {
    const reply = await world.patch(world.addPhalaCvm(), body);
    expect(reply).toMatchObject({ status: 422, body: { detail: [{ loc, type, msg: expect.any(String) }] } });
  });

  test('fields that the API does not know are ignored, null takes the shutdown timeout away', async () => {
    const cvm = world.addPhalaCvm();
    expect(await world.patch(cvm, { colour: 'blue' })).toMatchObject({ body: { status: 'no_change' } });
    await world.patch(cvm, { shutdown_timeout: 60 });
    await world.finishOperation();
    expect(await world.patch(cvm, { shutdown_timeout: null })).toMatchObject({ body: { status: 'in_progress' } });
  });

  test('a compose file without services is a 400 with ERR-01-003', async () => {
    const reply = await world.patch(world.addPhalaCvm(), { docker_compose_file: 'nonsense' });
    expect(reply).toMatchObject({ status: 400, body: { error_code: 'ERR-01-003' } });
  });
});
