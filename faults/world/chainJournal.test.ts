import { type Address, encodeFunctionData, type Hex, keccak256, stringToHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { dstackAppAbi } from '../../stack/localChain/dstackAppAbi.js';
import { mine } from '../../stack/localChain/faults.js';
import { connectLocalChain, type LocalChain } from '../../stack/localChain/localChain.js';
import { startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { ChainJournal } from './chainJournal.js';

let anvil: Anvil;
let chain: LocalChain;
let owner: AnvilAccount;
let app: Address;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = await connectLocalChain(anvil.rpcUrl);
  const [account] = anvil.accounts;
  if (account === undefined) throw new Error('no account');
  owner = account;
  app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: owner.address });
  await mine(anvil.rpcUrl, 5);
});
afterAll(() => anvil.stop(0));

const hashOf = (what: string): Hex => keccak256(stringToHex(what));

/** Ends when it is in a block: the node answers before it has mined. */
const register = async (what: string): Promise<void> => {
  const hash = await chain.writer.sendTransaction({
    account: privateKeyToAccount(owner.privateKey),
    to: app,
    data: encodeFunctionData({ abi: dstackAppAbi, functionName: 'addComposeHash', args: [hashOf(what)] }),
  });
  await chain.reader.waitForTransactionReceipt({ hash });
};

const seen = (journal: ChainJournal, what: string) =>
  journal.of('ComposeHashAdded', app, hashOf(what)).map(({ droppedAt }) => (droppedAt === null ? 'stands' : 'dropped'));

test('a reorganisation takes an event away, and one that moves it tells it twice', async () => {
  const journal = new ChainJournal(anvil.rpcUrl);
  await register('dropped');
  await journal.reorganise(2, 'drop');
  expect(seen(journal, 'dropped')).toEqual(['dropped']);

  await register('moved');
  await mine(anvil.rpcUrl, 1);
  await journal.reorganise(2, 'move');
  expect(seen(journal, 'moved')).toEqual(['dropped', 'stands']);
});

test('what a reorganisation took away is not told to stand, also where its answer was lost', async () => {
  const proxy = await startRpcProxy(anvil.rpcUrl);
  try {
    const journal = new ChainJournal(proxy.url);
    await register('unanswered');
    proxy.fail('anvil_reorg', { kind: 'loseReply' }, 1);
    await expect(journal.reorganise(2, 'drop')).rejects.toThrow();
    await journal.catchUp();
    expect(seen(journal, 'unanswered')).toEqual(['dropped']);
  } finally {
    await proxy.stop();
  }
});
