import { parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSchema } from '../model/hex.js';
import { setCode } from '../stack/localChain/faults.js';
import { type RpcFault, type RpcProxy, startRpcProxy } from '../stack/localChain/rpcProxy.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { type Chain, createChains } from './chains.js';
import { noAnswer, rpcFailure } from './rpcFailure.js';

let anvil: Anvil;
let proxy: RpcProxy;
let chain: Chain;
beforeAll(async () => {
  anvil = await startAnvil();
  proxy = await startRpcProxy(anvil.rpcUrl);
  chain = createChains(new Map([[anvil.chainId, [proxy.url]]])).get(anvil.chainId);
});
afterAll(async () => {
  await proxy?.stop();
  await anvil?.stop();
});

const contract = addressSchema.parse('c0'.repeat(20));
const abi = parseAbi(['function owner() view returns (address)', 'function isIt() view returns (bool)']);
const read = (functionName: 'owner' | 'isIt') => chain.client.readContract({ address: contract, abi, functionName });

async function failureOf(functionName: 'owner' | 'isIt', code: `0x${string}`, fault?: RpcFault): Promise<unknown> {
  await setCode(anvil.rpcUrl, contract, code);
  if (fault) proxy.fail('eth_call', fault);
  const failure: unknown = await read(functionName).catch((error: unknown) => rpcFailure(error));
  proxy.heal();
  return failure;
}

/** Answers 3 to everything; reverts everything without a reason. */
const three = '0x60035f5260205ff3';
const reverting = '0x5f5ffd';

describe('a read that fails', () => {
  it('because the contract reverts it is the contract’s own word, however the node puts that', async () => {
    const unknown = { type: 'AppContractUnknown', class: 'operator' };
    expect(await failureOf('owner', reverting)).toMatchObject(unknown);
    for (const code of [3, -32000] as const) {
      const fault = { kind: 'error', code, message: 'execution reverted' } as const;
      expect(await failureOf('owner', reverting, fault)).toMatchObject(unknown);
    }
  });

  it('because its answer has another shape is no matter of waiting', async () => {
    expect(await failureOf('isIt', three)).toMatchObject({ type: 'AppContractUnknown' });
    await expect(read('isIt').catch(noAnswer)).resolves.toBeNull();
  });

  it('because nothing is there is told from that', async () => {
    expect(await failureOf('owner', '0x')).toMatchObject({ type: 'AppContractMissing' });
  });

  it('for a reason of the node’s own is tried again', async () => {
    const transient = { type: 'ChainUnavailable', class: 'transient' };
    for (const code of [-32603, -32005, -32000] as const) {
      const fault = { kind: 'error', code, message: 'header not found' } as const;
      expect(await failureOf('owner', three, fault)).toMatchObject(transient);
    }
    expect(await failureOf('owner', three, { kind: 'status', status: 503 })).toMatchObject(transient);
  });
});
