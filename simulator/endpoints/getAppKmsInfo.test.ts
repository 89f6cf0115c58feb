import { createRequire } from 'node:module';
import { type Hex, parseAbi } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContract } from '../testing/contracts.js';
import { type LocalChain, startLocalChain } from '../testing/localChain.js';
import { SimulatorOnChain } from '../testing/simulatorOnChain.js';

/** Base, because the Safe app has links for it. */
const BASE = 8453;

let chain: LocalChain;
let world: SimulatorOnChain;

beforeAll(async () => {
  chain = await startLocalChain(BASE);
  world = await SimulatorOnChain.start(chain);
});

afterAll(async () => {
  await world.simulator.close();
  await chain.stop();
});

async function kmsInfo(appId: string): Promise<unknown> {
  return (await world.get(`/apps/${appId}/kms-info`)).body;
}

test('an app owned by a key: eoa, the owner read from the contract', async () => {
  const { app } = await world.addOnChainCvm();
  const expected = {
    is_onchain_kms: true,
    chain_id: BASE,
    kms_contract_address: expect.stringMatching(/^0x/),
    app_contract_address: app.address,
    deployer_address: chain.owner,
    deployer_type: 'eoa',
    is_contract: false,
    safe_app_url: null,
  };
  expect(await kmsInfo(app.address)).toEqual(expected);
  expect(await kmsInfo(app.address.slice(2))).toEqual(expected);
});

test('an app owned by a Safe: recognised on the chain, with a link', async () => {
  const deployer = await deploySafe();
  const { app } = await world.addOnChainCvm({}, { deployer });
  expect(await kmsInfo(app.address)).toMatchObject({
    deployer_address: deployer,
    deployer_type: 'safe',
    is_contract: true,
    safe_app_url: `https://app.safe.global/home?safe=base:${deployer}`,
  });
});

test('an app owned by any other contract', async () => {
  const { app: other } = await world.addOnChainCvm();
  const { app } = await world.addOnChainCvm({}, { deployer: other.address });
  expect(await kmsInfo(app.address)).toMatchObject({
    deployer_type: 'contract',
    is_contract: true,
    safe_app_url: null,
  });
});

test('an app without on-chain KMS, and one that is not there', async () => {
  const cvm = world.addPhalaCvm();
  expect(await kmsInfo(cvm.appId)).toMatchObject({ is_onchain_kms: false, chain_id: null, deployer_type: null });
  expect(await world.get(`/apps/0x${'ab'.repeat(20)}/kms-info`)).toMatchObject({
    status: 404,
    body: { detail: 'App not found' },
  });
});

/** A real Safe: its singleton behind its proxy. It has no owners yet, which does not matter here. */
async function deploySafe(): Promise<Hex> {
  const singleton = await deployContract(chain, parseAbi(['constructor()']), safeBytecode('SafeL2'), []);
  const proxyAbi = parseAbi(['constructor(address singleton)']);
  return await deployContract(chain, proxyAbi, safeBytecode('proxies/SafeProxy'), [singleton]);
}

function safeBytecode(path: string): Hex {
  const require = createRequire(import.meta.url);
  const name = path.split('/').at(-1);
  const artifacts = '@safe-global/safe-smart-account/build/artifacts/contracts';
  const { bytecode }: { bytecode: Hex } = require(`${artifacts}/${path}.sol/${name}.json`);
  return bytecode;
}
