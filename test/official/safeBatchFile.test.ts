import { calculateSafeTransactionHash, encodeMultiSendData } from '@safe-global/protocol-kit';
import { encodeFunctionData, getAddress, type Hex, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createChains } from '../../chain/chains.js';
import { registrationCalls } from '../../chain/registrationCalls.js';
import { proposeToSafe } from '../../chain/safe/proposeToSafe.js';
import { readSafe } from '../../chain/safe/readSafe.js';
import { addressSchema, composeHashSchema, deviceIdSchema } from '../../model/hex.js';
import { deploySafe } from '../../stack/localChain/deploySafe.js';
import { multiSendAddresses, safeVersions } from '../../stack/localChain/safeArtefacts.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil?.stop());

const nobody = '0x0000000000000000000000000000000000000000';
const multiSendAbi = parseAbi(['function multiSend(bytes transactions) payable']);

/** What the Transaction Builder reads of a file (on-chain.md §3.4). */
const fileSchema = z.object({
  transactions: z.array(
    z.object({
      to: z.string(),
      value: z.string(),
      contractMethod: z.object({
        name: z.string(),
        payable: z.boolean(),
        inputs: z.array(z.object({ name: z.string(), type: z.string() })),
      }),
      contractInputsValues: z.record(z.string(), z.string()),
    }),
  ),
});

/** The calls of a file, encoded from its methods and arguments as the app does it. */
const callsOf = (file: string) =>
  fileSchema.parse(JSON.parse(file)).transactions.map(({ to, value, contractMethod, contractInputsValues }) => {
    const { name, inputs } = contractMethod;
    const abi = [{ type: 'function', name, inputs, outputs: [], stateMutability: 'nonpayable' }] as const;
    const args = inputs.map((input) => contractInputsValues[input.name]);
    return { to, value, data: encodeFunctionData({ abi, functionName: name, args }), operation: 0 };
  });

const devices = { list: 'devices', deviceId: deviceIdSchema.parse('34'.repeat(32)), allowed: true } as const;
const hashes = { list: 'composeHashes', composeHash: composeHashSchema.parse('12'.repeat(32)), allowed: true } as const;

describe.each(safeVersions)('the batch file for a Safe %s, made a transaction by Safe’s own kit', (version) => {
  it.each([
    ['one call', [hashes]],
    ['two calls', [devices, hashes]],
  ])('of %s, has the hash that the engine has the owners sign', async (_what, entries) => {
    const owners = anvil.accounts.slice(1, 4).map(({ address }) => address);
    const { address } = await deploySafe({ rpcUrl: anvil.rpcUrl, version, owners, threshold: 2 });
    const safe = addressSchema.parse(address);
    const chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
    const state = await readSafe(chain, safe);
    if (!state) throw new Error('it does not answer like a Safe');
    const app = addressSchema.parse('ab'.repeat(20));
    const words = { safe, title: 'Update of my-app', description: 'why' };
    const proposal = await proposeToSafe(chain, registrationCalls(app, entries), state, words);

    const calls = callsOf(proposal.batchFile);
    const [call] = calls;
    // Its own type of bytes is plain text.
    const packed = encodeMultiSendData(calls) as Hex;
    const several = {
      to: multiSendAddresses[version],
      data: encodeFunctionData({ abi: multiSendAbi, functionName: 'multiSend', args: [packed] }),
      operation: 1,
    };
    const made = calls.length === 1 && call ? call : several;
    const rest = { value: '0', safeTxGas: '0', baseGas: '0', gasPrice: '0', gasToken: nobody, refundReceiver: nobody };
    const data = { ...rest, ...made, nonce: state.nonce };
    const hash = calculateSafeTransactionHash(getAddress(safe), data, version, BigInt(anvil.chainId));
    expect(hash).toBe(proposal.transactionHash);
  });
});
