import { encodeFunctionData, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSchema } from '../../model/hex.js';
import { deploySafe } from '../../stack/localChain/deploySafe.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { safeVersions } from '../../stack/localChain/safeArtefacts.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type Chain, createChains } from '../chains.js';
import { registrationCalls } from '../registrationCalls.js';
import { lookAtSafe } from './lookAtSafe.js';
import { proposeToSafe } from './proposeToSafe.js';
import { readSafe } from './readSafe.js';

let anvil: Anvil;
let chain: Chain;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
});
afterAll(() => anvil?.stop());

const nobody = '0x00000000000000000000000000000000000000aa';

async function propose(version: (typeof safeVersions)[number]) {
  const { rpcUrl, accounts } = anvil;
  const owners = accounts.slice(1, 4);
  const addresses = owners.map(({ address }) => address);
  const safe = addressSchema.parse((await deploySafe({ rpcUrl, version, owners: addresses, threshold: 2 })).address);
  const app = addressSchema.parse(await deployDstackApp({ rpcUrl, owner: safe }));
  const state = await readSafe(chain, safe);
  if (!state) throw new Error('it does not answer like a Safe');
  const calls = registrationCalls(app, [{ list: 'anyDevice', allowed: true }]);
  const known = await proposeToSafe(chain, calls, state, { safe, title: 'title', description: 'why' });
  const fromBlock = Number(await chain.client.getBlockNumber());
  const signers = owners.slice(0, 2).map(({ privateKey }) => privateKey);
  const execute = (call: { to: `0x${string}`; data: `0x${string}`; safeTxGas?: bigint }) =>
    executeSafeTransaction({ rpcUrl, safe, signers, ...call });
  return { safe, app, known, fromBlock, execute, owners: addresses };
}

describe.each(safeVersions)('a look at a Safe %s', (version) => {
  it('has no news while nothing happens', async () => {
    const { known, fromBlock } = await propose(version);
    expect(await lookAtSafe(chain, known, fromBlock)).toEqual({
      safe: known,
      news: [],
      outdated: null,
      executed: false,
    });
  });

  it('tells which transaction took the nonce, also where others came after it', async () => {
    const { safe, known, fromBlock, execute } = await propose(version);
    const { transactionHash } = await execute({ to: nobody, data: '0x1234' });
    const taken = `Another transaction of the Safe ${safe} took nonce 0: ${transactionHash}.`;
    const look = await lookAtSafe(chain, known, fromBlock);
    expect(look).toMatchObject({ outdated: taken, executed: false, safe: { nonce: 1, signatures: [] } });
    expect(look.safe.transactionHash).not.toBe(known.transactionHash);
    await execute({ to: nobody, data: '0x' });
    await execute({ to: safe, data: '0x' });
    expect((await lookAtSafe(chain, known, fromBlock)).outdated).toBe(taken);
  });

  it('tells a rejection, and a call that failed inside of a transaction that succeeded', async () => {
    const { safe, app, known, fromBlock, execute } = await propose(version);
    const rejection = await execute({ to: safe, data: '0x' });
    expect((await lookAtSafe(chain, known, fromBlock)).outdated).toBe(
      `The owners of the Safe ${safe} rejected its transaction with nonce 0, by ${rejection.transactionHash}.`,
    );
    const next = (await lookAtSafe(chain, known, fromBlock)).safe;
    const failure = await execute({ to: app, data: '0xdeadbeef', safeTxGas: 100_000n });
    expect(failure.succeeded).toBe(false);
    expect((await lookAtSafe(chain, next, fromBlock)).outdated).toBe(
      `The Safe ${safe} executed its transaction with nonce 1, and the call inside failed: ${failure.transactionHash}.`,
    );
  });

  it('knows the proposal itself, once it was executed', async () => {
    const { known, fromBlock, execute } = await propose(version);
    if (!known.transaction) throw new Error('nothing is proposed');
    await execute(known.transaction);
    expect(await lookAtSafe(chain, known, fromBlock)).toMatchObject({ executed: true });
  });

  it('tells of owners who come and go; what one of them signed over the same hash does not count any more', async () => {
    const { safe, known, fromBlock, execute, owners } = await propose(version);
    const [, before, gone] = owners;
    if (!before || !gone) throw new Error('the Safe has too few owners');
    const abi = parseAbi(['function swapOwner(address prevOwner, address oldOwner, address newOwner)']);
    await execute({
      to: safe,
      data: encodeFunctionData({ abi, functionName: 'swapOwner', args: [before, gone, nobody] }),
    });
    const at = new Date().toISOString();
    const signature = { owner: addressSchema.parse(gone), kind: 'key', signature: '0x12', by: 'gone', at } as const;
    // As if the change had known the nonce already, and not the owners.
    const { safe: next } = await lookAtSafe(chain, known, fromBlock);
    const look = await lookAtSafe(chain, { ...next, owners: known.owners, signatures: [signature] }, fromBlock);
    expect(look.outdated).toBeNull();
    expect(look.safe.signatures).toEqual([]);
    expect(look.news).toEqual([
      `${gone.toLowerCase()} is no owner of the Safe any more: a signature of theirs does not count.`,
      `${nobody} is an owner of the Safe now.`,
    ]);
  });
});
