import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Address, addressSchema, composeHashSchema, deviceIdSchema } from '../../model/hex.js';
import { deploySafe } from '../../stack/localChain/deploySafe.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { executeSafeBatch } from '../../stack/localChain/executeSafeBatch.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { setCode } from '../../stack/localChain/faults.js';
import { multiSendAddresses, safeVersions } from '../../stack/localChain/safeArtefacts.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type Chain, createChains } from '../chains.js';
import { missingEntries } from '../missingEntries.js';
import { registrationCalls } from '../registrationCalls.js';
import { proposeToSafe } from './proposeToSafe.js';
import { readSafe } from './readSafe.js';

let anvil: Anvil;
let chain: Chain;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
});
afterAll(() => anvil?.stop());

const entries = [
  { list: 'devices', deviceId: deviceIdSchema.parse('34'.repeat(32)), allowed: true },
  { list: 'composeHashes', composeHash: composeHashSchema.parse('12'.repeat(32)), allowed: true },
] as const;
const words = { title: 'Update of my-app', description: 'why' };

async function deployed(version: (typeof safeVersions)[number]) {
  const { rpcUrl, accounts } = anvil;
  const owners = accounts.slice(1, 4);
  const { address } = await deploySafe({ rpcUrl, version, owners: owners.map((one) => one.address), threshold: 2 });
  const app = addressSchema.parse(await deployDstackApp({ rpcUrl, owner: address }));
  const safe = addressSchema.parse(address);
  const as = { rpcUrl, safe, signers: owners.slice(0, 2).map(({ privateKey }) => privateKey) };
  return { safe, app, as, calls: registrationCalls(app, entries) };
}

async function propose(safe: Address, calls: Parameters<typeof proposeToSafe>[1], on: Chain = chain) {
  const state = await readSafe(on, safe);
  if (!state) throw new Error('it does not answer like a Safe');
  return proposeToSafe(on, calls, state, { safe, ...words });
}

describe.each(safeVersions)('a proposal for a Safe %s', (version) => {
  it('is one transaction for several calls, which the Safe hashes and carries out as proposed', async () => {
    const { safe, app, as, calls } = await deployed(version);
    const proposal = await propose(safe, calls);
    expect(proposal).toMatchObject({
      version,
      nonce: 0,
      transaction: { to: multiSendAddresses[version].toLowerCase(), operation: 'delegateCall', nonce: 0 },
      signatures: [],
    });
    // Packed, hashed and signed by code that knows nothing of the engine's own, and checked by the Safe itself.
    const { safeTxHash, succeeded } = await executeSafeBatch({ ...as, calls });
    expect({ safeTxHash, succeeded }).toEqual({ safeTxHash: proposal.transactionHash, succeeded: true });
    expect(await missingEntries(chain, app, entries)).toEqual([]);
  });

  it('is the very call where there is one', async () => {
    const { safe, as, calls } = await deployed(version);
    const [call] = calls;
    if (!call) throw new Error('nothing is missing');
    const { transaction, transactionHash } = await propose(safe, [call]);
    expect(transaction).toEqual({ to: call.to, data: call.data, operation: 'call', nonce: 0 });
    expect((await executeSafeTransaction({ ...as, ...call })).safeTxHash).toBe(transactionHash);
    expect((await propose(safe, [call])).transaction?.nonce).toBe(1);
  });
});

describe('MultiSendCallOnly', () => {
  it('is only ever code that Safe has published', async () => {
    const { safe, calls } = await deployed('1.4.1');
    const elsewhere = addressSchema.parse('99'.repeat(20));
    const configured = new Map([[anvil.chainId, elsewhere]]);
    const on = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]]), configured).get(anvil.chainId);
    const code = (await chain.client.getCode({ address: multiSendAddresses['1.3.0'] })) ?? '0x';

    await expect(propose(safe, calls, on)).rejects.toMatchObject({ type: 'SafeBatchContractUnknown' });
    await setCode(anvil.rpcUrl, elsewhere, `${code}00`);
    await expect(propose(safe, calls, on)).rejects.toMatchObject({ type: 'SafeBatchContractUnknown' });
    await setCode(anvil.rpcUrl, elsewhere, code);
    expect((await propose(safe, calls, on)).transaction?.to).toBe(elsewhere);
  });

  it('is that of another version where the chain has no other, and without any there is the batch file', async () => {
    const { safe, calls } = await deployed('1.4.1');
    await setCode(anvil.rpcUrl, multiSendAddresses['1.4.1'], '0x');
    expect((await propose(safe, calls)).transaction?.to).toBe(multiSendAddresses['1.5.0'].toLowerCase());
    await setCode(anvil.rpcUrl, multiSendAddresses['1.5.0'], '0x');
    await setCode(anvil.rpcUrl, multiSendAddresses['1.3.0'], '0x');
    const { transaction, transactionHash, batchFile } = await propose(safe, calls);
    expect({ transaction, transactionHash }).toEqual({ transaction: null, transactionHash: null });
    expect(JSON.parse(batchFile).transactions).toHaveLength(2);
  });
});
