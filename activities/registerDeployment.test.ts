import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { parseGwei, zeroAddress } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Chains, createChains } from '../chain/chains.js';
import { createSigner, createSigners, type Signer } from '../chain/sending/signer.js';
import { type Address, addressSchema, composeHashSchema } from '../model/hex.js';
import type { Deployment } from '../model/registration.js';
import { deployDstackKms } from '../stack/localChain/dstackKms.js';
import { mine, reorg } from '../stack/localChain/faults.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { createCheckRegistration } from './checkRegistration.js';
import { createConfirmRegistration } from './confirmRegistration.js';
import { createFindRegistration } from './findRegistration.js';
import { createKeyRing } from './keyRing.js';
import { createOpenRegistration } from './openRegistration.js';
import { createSendTransactions } from './sending/sendTransactions.js';
import { createSignCall } from './sending/signCall.js';

/** A deployment through the activities, one after the other, as a workflow asks for them. */
let anvil: Anvil;
let chains: Chains;
let ownerKey: Signer;
let address: Address;
let asked: Deployment;

beforeAll(async () => {
  anvil = await startAnvil({ slotsInAnEpoch: 4 });
  const { rpcUrl, chainId, accounts } = anvil;
  chains = createChains(new Map([[chainId, [rpcUrl]]]));
  ownerKey = createSigner({ privateKey: accounts[0]?.privateKey ?? '0x' });
  address = await ownerKey.address();
  const kms = { chainId, address: addressSchema.parse(await deployDstackKms({ rpcUrl })) };
  const composeHash = composeHashSchema.parse('1'.repeat(64));
  asked = { kind: 'deployment', kms, owner: null, composeHash, deviceId: null };
});
afterAll(() => anvil?.stop());

const keyRing = createKeyRing([{ id: 'test', secret: new Uint8Array(32) }]);
const fees = { ceiling: parseGwei('500'), patience: 60_000 };
const key = () => ({ chainId: anvil.chainId, address });

/** Runs an activity as a worker does. */
const run = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(activity, input);

const open = (expectation: Deployment, since: number | null) =>
  run(createOpenRegistration({ chains, ownerKey, relayer: null }), {
    expectation,
    registrar: 'auto',
    finality: 'latest',
    title: 'a title',
    description: 'why',
    since,
  });

async function openAndSign() {
  const { proposal, registration } = await open(asked, null);
  expect(registration).toBeNull();
  const { fromBlock } = proposal;
  const expectation = proposal.expectation as Deployment; // It was asked for one.
  const work = { kind: 'registration', expectation, fromBlock } as const;
  const sign = () =>
    run(createSignCall({ chains, signers: createSigners(ownerKey), keyRing, fees }), {
      key: key(),
      work,
      mined: [],
      taken: [],
    });
  const signed = await sign();
  if (signed === null) throw new Error('nothing is missing');
  return { expectation, fromBlock, sign, signed };
}

const send = ({ signed }: Awaited<ReturnType<typeof openAndSign>>['signed']) =>
  run(createSendTransactions({ chains, keyRing, fees }), { key: key(), transactions: [signed], patience: 1 });

it('is signed once, sent, found and confirmed', async () => {
  const { expectation, fromBlock, sign, signed } = await openAndSign();
  const find = () => run(createFindRegistration({ chains }), { expectation, fromBlock, finality: 'safe' });
  await expect(find()).rejects.toMatchObject({
    type: 'RegistrationPending',
    message: expect.stringContaining(`an app contract with compose hash ${asked.composeHash} for any device`),
  });
  expect(signed).toMatchObject({ method: 'deployAndRegisterApp', remaining: 0 });
  const { transactionHash } = signed.signed;
  expect(await send(signed)).toEqual({ state: 'mined', transactionHash });
  expect(await sign()).toBeNull();

  const again = await open(expectation, fromBlock);
  expect(again).toMatchObject({ proposal: { calls: [] }, registration: { transactionHash, final: true } });
  const registration = await find();
  expect(registration).toMatchObject({ transactionHash, deployer: address, final: false });
  const check = createCheckRegistration({ chains });
  expect(await run(check, { expectation, fromBlock, finality: 'latest', transactionHash })).toMatchObject({
    contract: registration.contract,
  });
  const confirm = () => run(createConfirmRegistration({ chains }), { expectation, registration });
  await expect(confirm()).rejects.toMatchObject({ type: 'FinalityPending' });
  await mine(anvil.rpcUrl, 5);
  expect(await confirm()).toEqual({ ...registration, final: true });
});

it('is gone where a reorganisation dropped it, or another app came in its place', async () => {
  const { expectation, fromBlock, signed } = await openAndSign();
  await send(signed);
  const options = { expectation, fromBlock, finality: 'latest' } as const;
  const registration = await run(createFindRegistration({ chains }), options);
  const confirm = createConfirmRegistration({ chains });
  const elsewhere = {
    ...registration,
    contract: { chainId: anvil.chainId, address: addressSchema.parse(zeroAddress) },
  };
  await expect(run(confirm, { expectation, registration: elsewhere })).rejects.toMatchObject({
    type: 'RegistrationGone',
    message: expect.stringContaining('came in its place'),
  });
  await reorg(anvil.rpcUrl, 1);
  await expect(run(confirm, { expectation, registration })).rejects.toMatchObject({ type: 'RegistrationGone' });
  await expect(run(createCheckRegistration({ chains }), { ...options, transactionHash: null })).rejects.toMatchObject({
    type: 'RegistrationNotSeen',
  });
});
