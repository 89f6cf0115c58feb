import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSchema } from '../model/hex.js';
import { deployDstackApp } from '../stack/localChain/dstackApp.js';
import { setCode } from '../stack/localChain/faults.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { type Chain, createChains } from './chains.js';
import { requireKnownApp } from './requireKnownApp.js';

let anvil: Anvil;
let chain: Chain;
beforeAll(async () => {
  anvil = await startAnvil();
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
});
afterAll(() => anvil?.stop());

const owner = addressSchema.parse('77'.repeat(20));

async function madeOf(code: `0x${string}`) {
  const address = addressSchema.parse('c0'.repeat(20));
  await setCode(anvil.rpcUrl, address, code);
  return address;
}

/** EVM code in as few bytes as possible. */
const codes = {
  answers3: '0x60035f5260205ff3',
  answersNothing: '0x5f5ffd',
  /** `supportsInterface` answers false; anything else is reverted. */
  deniesInterfaces: '0x5f3560e01c6301ffc9a7146011575f5ffd5b60205ff3',
} as const;

describe('an app contract', () => {
  it.each(['ownable', 'ownable2Step'] as const)('of a generation that is known passes: %s', async (generation) => {
    const app = addressSchema.parse(await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner, generation }));
    await expect(requireKnownApp(chain, app)).resolves.toBeUndefined();
  });

  it('that tells nothing of itself passes: those from before v0.5.9 do not', async () => {
    await expect(requireKnownApp(chain, await madeOf(codes.answersNothing))).resolves.toBeUndefined();
  });

  it('of another version is refused before anybody signs, with both versions named', async () => {
    await expect(requireKnownApp(chain, await madeOf(codes.answers3))).rejects.toMatchObject({
      type: 'AppContractUnknown',
      class: 'operator',
      message: expect.stringMatching(/version 3;.* version 2/),
    });
  });

  it('that denies the interfaces of a DstackApp is refused', async () => {
    await expect(requireKnownApp(chain, await madeOf(codes.deniesInterfaces))).rejects.toMatchObject({
      type: 'AppContractUnknown',
      message: expect.stringContaining('ERC-165'),
    });
  });
});
