import { parseEther } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../model/failure.js';
import { type Address, addressSchema, composeHashSchema, deviceIdSchema } from '../model/hex.js';
import type { Admission, AllowListChange, Deployment, Expectation } from '../model/registration.js';
import { deployContractOwner } from '../stack/localChain/contractOwner.js';
import { type DeployedSafe, deploySafe } from '../stack/localChain/deploySafe.js';
import { deployDstackApp } from '../stack/localChain/dstackApp.js';
import { deployDstackKms } from '../stack/localChain/dstackKms.js';
import { executeSafeTransaction } from '../stack/localChain/executeSafeTransaction.js';
import { setBalance } from '../stack/localChain/faults.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { type Chain, createChains } from './chains.js';
import { missingCalls } from './missingCalls.js';
import { openProposal } from './openProposal.js';
import { sendTransactions } from './sending/sendTransactions.js';
import { createSigner, type Signer } from './sending/signer.js';
import { signCall } from './sending/signCall.js';
import { readRegistration } from './readRegistration.js';

let anvil: Anvil;
let chain: Chain;
let kms: { readonly chainId: number; readonly address: Address };
let safe: DeployedSafe;
let signer: Signer;
let ownerKey: Address;

beforeAll(async () => {
  anvil = await startAnvil();
  const { rpcUrl, chainId } = anvil;
  chain = createChains(new Map([[chainId, [rpcUrl]]])).get(chainId);
  kms = { chainId, address: addressSchema.parse(await deployDstackKms({ rpcUrl })) };
  safe = await deploySafe({ rpcUrl, owners: anvil.accounts.slice(1, 4).map(({ address }) => address), threshold: 2 });
  signer = createSigner({ privateKey: generatePrivateKey() });
  ownerKey = await signer.address();
  await setBalance(rpcUrl, ownerKey, parseEther('1'));
});
afterAll(() => anvil?.stop());

const composeHash = composeHashSchema.parse('1'.repeat(64));
const deviceId = deviceIdSchema.parse('d'.repeat(64));
const stranger = addressSchema.parse('77'.repeat(20));

/** A contract that allows nothing. */
async function contractOf(owner: string) {
  const { rpcUrl, chainId } = anvil;
  return { chainId, address: addressSchema.parse(await deployDstackApp({ rpcUrl, owner: owner as Address })) };
}

const admissionTo = async (owner: string): Promise<Admission> => ({
  kind: 'admission',
  contract: await contractOf(owner),
  composeHash,
  deviceId,
});

const listsOf = async (owner: string): Promise<AllowListChange> => ({
  kind: 'allowList',
  contract: await contractOf(owner),
  entries: [
    { list: 'devices', deviceId, allowed: true },
    { list: 'composeHashes', composeHash, allowed: false },
    { list: 'anyDevice', allowed: true },
  ],
});

const deploymentFor = async (owner: string | null): Promise<Deployment> => ({
  kind: 'deployment',
  kms,
  owner: owner === null ? null : addressSchema.parse(owner),
  composeHash,
  deviceId,
});

const open = (expectation: Expectation, options: Partial<Parameters<typeof openProposal>[2]> = {}) =>
  openProposal(chain, expectation, {
    registrar: 'auto',
    ownerKey,
    title: 'a title',
    description: 'why',
    relayer: null,
    since: null,
    timelockProposer: null,
    operationSalt: composeHash,
    ...options,
  });

const methods = async (expectation: Expectation) => (await open(expectation)).calls.map(({ method }) => method);

/** As the engine does: signs the next missing call, and sends it, until nothing is missing. */
async function registerWithOwnerKey(expectation: Expectation, fromBlock: number) {
  const hashes = [];
  for (;;) {
    const [call] = await missingCalls(chain, expectation, fromBlock);
    if (!call) return hashes;
    const fees = { ceiling: parseEther('1'), patience: 60_000 };
    const { raw, ...signed } = await signCall(chain, call, { signer, taken: [], fees });
    const transactions = [{ ...signed, maxFeePerGas: String(signed.maxFeePerGas) }];
    while ((await sendTransactions(chain, { from: ownerKey, transactions, raw })).state !== 'mined') {}
    hashes.push(signed.transactionHash);
  }
}

describe('the calls of a proposal', () => {
  it('are what is missing, the device before the hash', async () => {
    expect(await methods(await admissionTo(stranger))).toEqual(['addDevice', 'addComposeHash']);
    expect(await methods({ ...(await admissionTo(stranger)), deviceId: null })).toEqual(['addComposeHash']);
    // What is to be removed is not there.
    expect(await methods(await listsOf(stranger))).toEqual(['addDevice', 'setAllowAnyDevice']);
    expect(await methods(await deploymentFor(stranger))).toEqual(['deployAndRegisterApp']);
  });

  it.each([
    ['an admission', admissionTo, 2],
    ['a change of the lists', listsOf, 2],
    ['a deployment', deploymentFor, 1],
  ] as const)('bring %s about, signed with the owner key one after the other', async (_what, make, count) => {
    const { expectation, registrar, fromBlock } = await open(await make(ownerKey));
    expect(registrar).toBe('ownerKey');
    const hashes = await registerWithOwnerKey(expectation, fromBlock);
    expect(hashes).toHaveLength(count);
    const found = await readRegistration(chain, expectation, { finality: 'latest', fromBlock });
    expect(found).toMatchObject({ transactionHash: hashes.at(-1), final: true });
    if (expectation.kind === 'deployment') expect(found).toMatchObject({ deployer: ownerKey });
    else expect((await open(expectation)).calls).toEqual([]);
  });

  it('deploy again what was deployed before anybody asked for it', async () => {
    const deployment = await deploymentFor(ownerKey);
    const first = await open(deployment);
    await registerWithOwnerKey(first.expectation, first.fromBlock);
    // The block that holds it is the newest one still.
    const { calls, fromBlock } = await open(deployment);
    expect(calls).toHaveLength(1);
    expect(await readRegistration(chain, deployment, { finality: 'latest', fromBlock })).toBeNull();
  });
});

describe('the registrar', () => {
  it.each([
    ['an admission', admissionTo],
    ['a change of the lists', listsOf],
    ['a deployment', deploymentFor],
  ] as const)('is found from the owner, for %s', async (_what, make) => {
    const contractOwner = await deployContractOwner({ rpcUrl: anvil.rpcUrl, controller: stranger });
    const owners = [
      [ownerKey, 'ownerKey'],
      [safe.address, 'safe'],
      [contractOwner, 'external'],
      [stranger, 'external'],
    ] as const;
    for (const [owner, registrar] of owners) {
      const expectation = await make(owner);
      const proposal = await open(expectation);
      expect(proposal).toMatchObject({ registrar, owner: owner.toLowerCase(), pendingOwner: null, expectation });
      expect(proposal.safe === null).toBe(registrar !== 'safe');
    }
  });

  it('that is asked for cannot be one that does not fit the owner', async () => {
    for (const expectation of [await admissionTo(stranger), await deploymentFor(stranger)]) {
      await expect(open(expectation, { registrar: 'ownerKey' })).rejects.toMatchObject({ type: 'OwnerKeyMissing' });
      await expect(open(expectation, { registrar: 'safe' })).rejects.toMatchObject({ type: 'RequestRefused' });
      expect(await open(expectation, { registrar: 'external' })).toMatchObject({ registrar: 'external' });
    }
  });
});

describe('a deployment', () => {
  it('whose owner is left open is for the owner key', async () => {
    const deployment = await deploymentFor(null);
    const owner = ownerKey;
    expect(await open(deployment)).toMatchObject({ owner, registrar: 'ownerKey', expectation: { owner } });
    const failure: unknown = await open(deployment, { ownerKey: null }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'OwnerKeyMissing', class: 'operator' });
    expect(failure instanceof Failure && failure.message).toContain('this worker holds none');
  });

  it('is executed by the Safe that is to own it, as it was proposed', async () => {
    const { expectation, calls, safe: proposed, fromBlock } = await open(await deploymentFor(safe.address));
    const [call] = calls;
    if (!call || expectation.kind !== 'deployment') throw new Error('nothing is proposed');
    expect(call.to).toBe(kms.address);
    const { safeTxHash, transactionHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: safe.address,
      signers: anvil.accounts.slice(1, 3).map(({ privateKey }) => privateKey),
      to: call.to,
      data: call.data,
    });
    expect(safeTxHash).toBe(proposed?.transactionHash);
    const found = await readRegistration(chain, expectation, { finality: 'latest', fromBlock });
    expect(found).toMatchObject({ transactionHash, deployer: safe.address.toLowerCase(), proof: transactionHash });
  });

  it('needs a KMS contract', async () => {
    const deployment = await deploymentFor(stranger);
    const missing: unknown = await open({ ...deployment, kms: { ...kms, address: stranger } }).catch((error) => error);
    expect(missing).toMatchObject({ type: 'AppContractMissing', class: 'operator' });
    expect(missing instanceof Failure && missing.message).toContain('no KMS contract');
    const unknown: unknown = await open({ ...deployment, kms: await contractOf(stranger) }).catch((error) => error);
    expect(unknown).toMatchObject({ type: 'AppContractUnknown', class: 'operator' });
    expect(unknown instanceof Failure && unknown.message).toContain('KMS contract');
  });
});
