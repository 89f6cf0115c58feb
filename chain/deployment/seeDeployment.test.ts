import { encodeFunctionData, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../model/failure.js';
import {
  type Address,
  addressSchema,
  composeHashSchema,
  deviceIdSchema,
  type Hex,
  transactionHashSchema,
} from '../../model/hex.js';
import type { Deployment } from '../../model/registration.js';
import { type DeployedSafe, deploySafe } from '../../stack/localChain/deploySafe.js';
import { registerByOwnerKey } from '../../stack/localChain/dstackApp.js';
import { dstackAppAbi } from '../../stack/localChain/dstackAppAbi.js';
import { deployDstackKms } from '../../stack/localChain/dstackKms.js';
import { dstackKmsAbi } from '../../stack/localChain/dstackKmsAbi.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { mine, reorg } from '../../stack/localChain/faults.js';
import { connectLocalChain, signerOf, untilMined } from '../../stack/localChain/localChain.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type Chain, createChains } from '../chains.js';
import { readRegistration } from '../readRegistration.js';
import type { OwnedDeployment } from './deployedApp.js';
import { deploymentCall } from './deploymentCall.js';

let anvil: Anvil;
let proxy: RpcProxy;
let chain: Chain;
let safe: DeployedSafe;
let kms: { readonly chainId: number; readonly address: Address };

beforeAll(async () => {
  anvil = await startAnvil({ slotsInAnEpoch: 4 });
  const { rpcUrl, chainId } = anvil;
  proxy = await startRpcProxy(rpcUrl);
  chain = createChains(new Map([[chainId, [proxy.url]]])).get(chainId);
  kms = { chainId, address: addressSchema.parse(await deployDstackKms({ rpcUrl })) };
  safe = await deploySafe({ rpcUrl, owners: [account(1).address, account(2).address], threshold: 2 });
});
afterAll(async () => {
  await proxy?.stop();
  await anvil?.stop();
});

function account(index: number) {
  const found = anvil.accounts[index];
  if (!found) throw new Error(`the chain has no account ${index}`);
  return found;
}

const deviceId = deviceIdSchema.parse('d'.repeat(64));
const ownerAddress = () => addressSchema.parse(account(0).address);
let hashes = 0;

/** An expectation like no other: all tests share one KMS contract, as all apps do. */
async function newDeployment(changed: Partial<OwnedDeployment> = {}) {
  const composeHash = composeHashSchema.parse((++hashes).toString(16).padStart(64, '0'));
  const deployment: OwnedDeployment = {
    kind: 'deployment',
    kms,
    owner: ownerAddress(),
    composeHash,
    deviceId,
    ...changed,
  };
  return { deployment, fromBlock: Number(await chain.client.getBlockNumber()) + 1 };
}

/** Calls a contract with a key, and waits until it is mined. */
async function send(to: string, data: Hex, privateKey: Hex = account(0).privateKey) {
  const local = await connectLocalChain(anvil.rpcUrl);
  const sent = await local.writer.sendTransaction({ account: signerOf(local, privateKey), to: to as Address, data });
  await untilMined(local, sent, 'a call');
  return transactionHashSchema.parse(sent);
}

const deploy = (deployment: OwnedDeployment) => {
  const { to, data } = deploymentCall(deployment);
  return send(to, data);
};

const read = (deployment: Deployment, options: Omit<Parameters<typeof readRegistration>[2], 'finality'>) =>
  readRegistration(chain, deployment, { finality: 'latest', ...options });

/** The failure with which a delivered transaction is refused. */
async function refusal(deployment: Deployment, transactionHash: Awaited<ReturnType<typeof deploy>>) {
  const refused: unknown = await read(deployment, { fromBlock: 0, transactionHash }).catch((error: unknown) => error);
  if (refused instanceof Failure) return refused;
  throw new Error('it was not refused');
}

describe('a deployment', () => {
  it('is not there before it is made, and found with its app and its transaction after', async () => {
    const { deployment, fromBlock } = await newDeployment();
    expect(await read(deployment, { fromBlock })).toBeNull();
    const transactionHash = await deploy(deployment);
    const { blockNumber } = await chain.client.getTransactionReceipt({ hash: transactionHash });
    const found = await read(deployment, { fromBlock });
    expect(found).toEqual({
      contract: { chainId: kms.chainId, address: expect.stringMatching(/^0x[0-9a-f]{40}$/) },
      deployer: ownerAddress(),
      transactionHash,
      proof: transactionHash,
      blockNumber: Number(blockNumber),
      finality: 'latest',
      final: true,
    });
    expect(await read(deployment, { fromBlock, transactionHash })).toEqual(found);
  });

  it('comes from a Safe, which is the deployer then', async () => {
    const owner = addressSchema.parse(safe.address);
    const { deployment, fromBlock } = await newDeployment({ owner });
    const { to, data } = deploymentCall(deployment);
    const { transactionHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: safe.address,
      signers: [account(1).privateKey, account(2).privateKey],
      to,
      data,
    });
    const found = { deployer: owner, transactionHash, proof: transactionHash };
    expect(await read(deployment, { fromBlock })).toMatchObject(found);
    const delivered = transactionHashSchema.parse(transactionHash);
    expect(await read(deployment, { fromBlock, transactionHash: delivered })).toMatchObject(found);
  });

  it('for any device allows any', async () => {
    const { deployment, fromBlock } = await newDeployment({ deviceId: null });
    const transactionHash = await deploy(deployment);
    expect(await read(deployment, { fromBlock })).toMatchObject({ transactionHash });
    expect(await read({ ...deployment, deviceId }, { fromBlock })).toBeNull();
  });

  it('counts when it is deep enough, and is gone after a reorganisation that drops it', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const transactionHash = await deploy(deployment);
    const readSafe = () => readRegistration(chain, deployment, { finality: 'safe', fromBlock });
    expect(await readSafe()).toMatchObject({ final: false });
    await mine(anvil.rpcUrl, 5);
    expect(await readSafe()).toMatchObject({ final: true });
    await reorg(anvil.rpcUrl, 6);
    expect(await readSafe()).toBeNull();
    expect(await refusal(deployment, transactionHash)).toMatchObject({ type: 'TransactionUnknown' });
  });

  it('that took place before is not found, but may be delivered', async () => {
    const { deployment } = await newDeployment();
    const transactionHash = await deploy(deployment);
    const fromBlock = Number(await chain.client.getBlockNumber()) + 1;
    expect(await read(deployment, { fromBlock })).toBeNull();
    expect(await read(deployment, { fromBlock, transactionHash })).toMatchObject({ transactionHash });
    const again = await deploy(deployment);
    expect(await read(deployment, { fromBlock })).toMatchObject({ transactionHash: again });
  });

  it('that took place twice is the older one', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const transactionHash = await deploy(deployment);
    await deploy(deployment);
    expect(await read(deployment, { fromBlock })).toMatchObject({ transactionHash });
  });

  it('is found through more blocks than a node serves at once', async () => {
    const { deployment, fromBlock } = await newDeployment();
    await mine(anvil.rpcUrl, 2_100);
    const transactionHash = await deploy(deployment);
    expect(await read(deployment, { fromBlock })).toMatchObject({ transactionHash });
  });

  it('whose hash its owner added later is as old as that, and proven by that', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const { composeHash } = deployment;
    const transactionHash = await deploy({ ...deployment, composeHash: composeHashSchema.parse(zeroHash) });
    const app = await appOf(transactionHash);
    expect(await read(deployment, { fromBlock })).toBeNull();
    const added = await registerByOwnerKey({
      rpcUrl: anvil.rpcUrl,
      app,
      composeHash,
      ownerKey: account(0).privateKey,
    });
    const { blockNumber } = await chain.client.getTransactionReceipt({ hash: added });
    const found = { transactionHash, proof: added, blockNumber: Number(blockNumber) };
    expect(await read(deployment, { fromBlock })).toMatchObject(found);
    expect(await read(deployment, { fromBlock, transactionHash })).toMatchObject(found);
  });
});

async function appOf(transactionHash: Hex): Promise<Address> {
  const { blockNumber } = await chain.client.getTransactionReceipt({ hash: transactionHash });
  const range = { fromBlock: blockNumber, toBlock: blockNumber };
  const event = { abi: dstackKmsAbi, eventName: 'AppDeployedViaFactory', strict: true } as const;
  const [log] = await chain.client.getContractEvents({ address: kms.address, ...event, ...range });
  return addressSchema.parse(log?.args.appId);
}

describe('a deployment of something else', () => {
  const other = addressSchema.parse('77'.repeat(20));
  const otherHash = composeHashSchema.parse('f'.repeat(64));
  const otherDevice = deviceIdSchema.parse('e'.repeat(64));

  it.each([
    ['for another owner', { owner: other }, 'TransactionOfAnotherEntry', 'is owned by'],
    ['with another hash', { composeHash: otherHash }, 'TransactionOfAnotherComposeHash', otherHash],
    ['for another device', { deviceId: otherDevice }, 'TransactionOfAnotherEntry', `${deviceId} allowed`],
    ['for any device', { deviceId: null }, 'TransactionOfAnotherEntry', `${deviceId} allowed`],
  ])('is not found, and refused by what differs: %s', async (_what, changed, type, says) => {
    const { deployment, fromBlock } = await newDeployment();
    const transactionHash = await deploy({ ...deployment, ...changed });
    expect(await read(deployment, { fromBlock })).toBeNull();
    const refused = await refusal(deployment, transactionHash);
    expect(refused).toMatchObject({ type, class: 'refused' });
    expect(refused.message).toContain(says);
  });

  it('is one that allows any device beside the expected one', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const { owner, composeHash } = deployment;
    const args = [owner, false, true, deviceId, composeHash] as const;
    const data = encodeFunctionData({ abi: dstackKmsAbi, functionName: 'deployAndRegisterApp', args });
    const transactionHash = await send(kms.address, data);
    expect(await read(deployment, { fromBlock })).toBeNull();
    const refused = await refusal(deployment, transactionHash);
    expect(refused).toMatchObject({ type: 'TransactionOfAnotherEntry' });
    expect(refused.message).toContain('only listed devices allowed');
  });

  it('is one through another KMS contract, or none at all', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const address = addressSchema.parse(await deployDstackKms({ rpcUrl: anvil.rpcUrl }));
    const transactionHash = await deploy({ ...deployment, kms: { ...kms, address } });
    expect(await read(deployment, { fromBlock })).toBeNull();
    expect(await refusal(deployment, transactionHash)).toMatchObject({ type: 'TransactionOfAnotherContract' });
    const nothing = await send(account(3).address, '0x');
    expect(await refusal(deployment, nothing)).toMatchObject({ type: 'TransactionOfAnotherContract' });
  });

  it('is one whose hash was removed again', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const transactionHash = await deploy(deployment);
    const args = [deployment.composeHash] as const;
    const data = encodeFunctionData({ abi: dstackAppAbi, functionName: 'removeComposeHash', args });
    await send(await appOf(transactionHash), data);
    expect(await read(deployment, { fromBlock })).toBeNull();
    expect(await refusal(deployment, transactionHash)).toMatchObject({ type: 'RegistrationRevoked' });
  });

  it('does not hide the expected one, also where its owner broke it', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const broken = await appOf(await deploy(deployment));
    await send(broken, encodeFunctionData({ abi: dstackAppAbi, functionName: 'transferOwnership', args: [other] }));
    await deploy({ ...deployment, owner: other });
    const transactionHash = await deploy(deployment);
    expect(await read(deployment, { fromBlock })).toMatchObject({ transactionHash });
  });
});

describe('a search that cannot be made', () => {
  it('is a passing matter, for one that is missed would be deployed again', async () => {
    const { deployment, fromBlock } = await newDeployment();
    const transactionHash = await deploy(deployment);
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005 });
    const failure: unknown = await read(deployment, { fromBlock }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'ChainUnavailable', class: 'transient' });
    expect(await read(deployment, { fromBlock, transactionHash })).toMatchObject({ transactionHash });
    proxy.heal();
  });

  it('is a bug where nobody filled in the owner', async () => {
    const { deployment, fromBlock } = await newDeployment();
    await expect(read({ ...deployment, owner: null }, { fromBlock })).rejects.toThrow('never filled in');
  });
});
