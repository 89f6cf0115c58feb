import { createPublicClient, http, parseAbi } from 'viem';
import { describe, expect, it } from 'vitest';
import { sealEnv } from '../../client/sealEnv.js';
import type { ProvisionRequestInput } from '../../model/provisionRequest.js';
import { deployAndRegisterApp } from '../../stack/localChain/dstackKms.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

const request = (more: Partial<ProvisionRequestInput> = {}): ProvisionRequestInput => ({
  name: rig.name(),
  compose: { dockerComposeFile: 'services:\n  web:\n    image: nginx:1.27\n' },
  requestedBy: 'test',
  ...more,
  policy: { finality: 'latest', ...more.policy },
});

/** The local chain is none of Base, so its KMS counts as one of Ethereum. */
const onChain = 'ethereum';

const creationsNamed = (name: string) =>
  rig.cloud.simulator
    .cvms()
    .filter((cvm) => cvm.name === name)
    .flatMap(({ vmUuid }) => rig.cloud.simulator.ledger.creations.filter((made) => made.vmUuid === vmUuid));

const ownerOf = (app: `0x${string}`) =>
  createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) }).readContract({
    address: app,
    abi: parseAbi(['function owner() view returns (address)']),
    functionName: 'owner',
  });

describe('a new CVM', () => {
  it('with a KMS that is not on chain is planned, made once, and followed until it runs', async () => {
    const asked = request();
    const change = await rig.countersign.provisionCvm(asked);
    const result = await change.result();
    const creations = creationsNamed(asked.name);
    expect(creations).toMatchObject([{ kind: 'provision', composeHash: result.composeHash }]);
    expect(result).toMatchObject({
      kind: 'provision',
      phase: 'completed',
      cvmId: creations[0]?.vmUuid,
      created: { cvmId: creations[0]?.vmUuid, name: asked.name },
      transactionHash: null,
    });
    expect(rig.cloud.simulator.cvm(result.cvmId ?? '').status).toBe('running');
    expect((await change.status()).proposal).toBeNull();
  });

  it('has its app deployed by the owner key through the KMS factory, and the app id read from the event', async () => {
    const asked = request({ kms: onChain });
    const change = await rig.countersign.provisionCvm(asked);
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', transactionHash: expect.stringMatching(/^0x/) });
    const { proposal, appId } = await change.status();
    expect(proposal).toMatchObject({ registrar: 'ownerKey', expectation: { kind: 'deployment' } });
    expect((await ownerOf(appId ?? '0x')).toLowerCase()).toBe(rig.cloud.ownerKey.address.toLowerCase());
    const cvm = rig.cloud.simulator.cvm(result.cvmId ?? '');
    expect(cvm).toMatchObject({ appId, status: 'running', composeHash: result.composeHash });
    expect(creationsNamed(asked.name)).toHaveLength(1);
  });

  it('has its app deployed by a Safe, which owns it, and gets its environment encrypted to the key of that app', async () => {
    const name = rig.name();
    const env = await sealEnv({ GREETING: 'hello', TOKEN: 'planted-secret' }, await rig.countersign.sealingKey(), name);
    const asked = request({ name, kms: onChain, owner: rig.cloud.safe.address, env });
    const change = await rig.countersign.provisionCvm(asked);
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting.proposal).toMatchObject({
      registrar: 'safe',
      calls: [{ method: 'deployAndRegisterApp', to: rig.cloud.kmsContract.toLowerCase() }],
    });
    expect(waiting.cvmId).toBeNull();
    const transactionHash = await rig.register(change, waiting);
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', transactionHash });
    expect((await ownerOf(result.appId ?? '0x')).toLowerCase()).toBe(rig.cloud.safe.address.toLowerCase());
    const cvm = rig.cloud.simulator.cvm(result.cvmId ?? '');
    expect(cvm.environment).toEqual({ GREETING: 'hello', TOKEN: 'planted-secret' });
    const history = JSON.stringify(await rig.client.workflow.getHandle(change.id).fetchHistory());
    for (const text of ['planted-secret', Buffer.from('planted-secret').toString('base64').slice(0, 16)]) {
      expect(history).not.toContain(text);
    }
  });

  it('uses an app contract that exists: the Safe that owns it adds hash and device in one batch', async () => {
    const { anvil, safe, kmsContract } = rig.cloud;
    const appId = await deployAndRegisterApp({ rpcUrl: anvil.rpcUrl, owner: safe.address, kmsContract });
    const asked = request({ kms: onChain, appId });
    const change = await rig.countersign.provisionCvm(asked);
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting.proposal?.calls.map(({ method }) => method)).toEqual(['addDevice', 'addComposeHash']);
    const transactionHash = await rig.register(change, waiting);
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', transactionHash, appId: appId.toLowerCase() });
    expect(creationsNamed(asked.name)).toHaveLength(1);
  });

  it('whose plan expires while the Safe signs is planned again, with the same app and no second deployment', async () => {
    const asked = request({ kms: onChain, owner: rig.cloud.safe.address });
    const change = await rig.countersign.provisionCvm(asked);
    const waiting = await rig.until(change, 'awaitingRegistration');
    rig.cloud.simulator.faults.add({
      endpoint: 'commitCvmProvision',
      what: { kind: 'answer', status: 400, body: { detail: 'Invalid payload or provision data expired' } },
    });
    await rig.register(change, waiting);
    const result = await change.result();
    expect(result.phase).toBe('completed');
    expect(await change.status()).toMatchObject({ preparations: 2, appId: result.appId });
    expect(creationsNamed(asked.name)).toHaveLength(1);
  });
});

describe('a new CVM that cannot be', () => {
  it('for its name is taken fails before anybody signs, and names the CVM that has it', async () => {
    const cvm = await rig.addCvm('none');
    const change = await rig.countersign.provisionCvm(request({ name: cvm.name }));
    await expect(change.result()).rejects.toMatchObject({
      type: 'CvmNameTaken',
      message: expect.stringContaining(cvm.vmUuid),
    });
  });

  it('for want of its KMS names those that there are', async () => {
    const change = await rig.countersign.provisionCvm(request({ kms: 'nowhere' }));
    await expect(change.result()).rejects.toMatchObject({
      type: 'KmsNotFound',
      message: expect.stringContaining('phala-prod1'),
    });
  });

  it('for want of room waits for an operator, and goes on when there is some', async () => {
    const asked = request();
    rig.cloud.simulator.faults.add({
      endpoint: 'provisionCvm',
      what: { kind: 'answer', status: 400, body: { error_code: 'ERR-02-003', message: 'not enough vCPU' } },
    });
    const change = await rig.countersign.provisionCvm(asked);
    const blocked = await rig.until(change, 'blocked');
    expect(blocked.blocked).toMatchObject({ failure: 'ResourcesInsufficient', effect: 'none' });
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(creationsNamed(asked.name)).toHaveLength(1);
  });

  it('because its KMS knows no owners is refused', async () => {
    const change = await rig.countersign.provisionCvm(request({ owner: rig.cloud.safe.address }));
    await expect(change.result()).rejects.toMatchObject({ type: 'RequestRefused' });
  });
});
