import { type Address, encodeFunctionData, keccak256, stringToHex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnvilAccount } from './anvilAccounts.js';
import { deployContractOwner, executeAsContractOwner } from './contractOwner.js';
import { deployDstackApp } from './dstackApp.js';
import { dstackAppAbi, ownable2StepAbi } from './dstackAppAbi.js';
import { connectLocalChain, type LocalChain, untilMined } from './localChain.js';
import { type Anvil, startAnvil } from './startAnvil.js';

const composeHash = keccak256(stringToHex('compose'));
const addComposeHash = encodeFunctionData({ abi: dstackAppAbi, functionName: 'addComposeHash', args: [composeHash] });
let anvil: Anvil;
let chain: LocalChain;
let controller: AnvilAccount;
let stranger: AnvilAccount;
let owner: Address;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = await connectLocalChain(anvil.rpcUrl);
  const [first, second] = anvil.accounts;
  if (first === undefined || second === undefined) throw new Error('no accounts');
  controller = first;
  stranger = second;
  owner = await deployContractOwner({ rpcUrl: anvil.rpcUrl, controller: controller.address });
});

afterAll(() => anvil.stop(0));

const execution = (to: Address, data: Address) => ({
  ...{ rpcUrl: anvil.rpcUrl, owner, controllerKey: controller.privateKey },
  ...{ to, data },
});

test('its controller calls through it, and nobody else', async () => {
  const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner });
  const foreign = { ...execution(app, addComposeHash), controllerKey: stranger.privateKey };
  await expect(executeAsContractOwner(foreign)).rejects.toThrow('Not the controller');
  await executeAsContractOwner(execution(app, addComposeHash));
  const contract = { address: app, abi: dstackAppAbi };
  const args = [composeHash] as const;
  expect(await chain.reader.readContract({ ...contract, functionName: 'allowedComposeHashes', args })).toBe(true);
});

test('a call that fails is reverted', async () => {
  const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: stranger.address });
  await expect(executeAsContractOwner(execution(app, addComposeHash))).rejects.toThrow('reverted');
});

test('of the generation with two steps it owns an app only once it has accepted it', async () => {
  const generation = 'ownable2Step';
  const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: stranger.address, generation });
  const contract = { address: app, abi: [...dstackAppAbi, ...ownable2StepAbi] } as const;
  const ownerNow = () => chain.reader.readContract({ ...contract, functionName: 'owner' });
  const account = stranger.address;
  const args = [owner] as const;
  const hash = await chain.writer.writeContract({ ...contract, account, functionName: 'transferOwnership', args });
  await untilMined(chain, hash, 'The offer');
  expect(await ownerNow()).toBe(stranger.address);
  expect(await chain.reader.readContract({ ...contract, functionName: 'pendingOwner' })).toBe(owner);
  await expect(executeAsContractOwner(execution(app, addComposeHash))).rejects.toThrow('reverted');

  const accept = encodeFunctionData({ abi: ownable2StepAbi, functionName: 'acceptOwnership' });
  await executeAsContractOwner(execution(app, accept));
  expect(await ownerNow()).toBe(owner);
  await executeAsContractOwner(execution(app, addComposeHash));
});
