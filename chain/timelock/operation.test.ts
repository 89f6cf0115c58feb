import { createPublicClient, decodeFunctionData, encodeFunctionData, http, parseAbi, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSchema, composeHashSchema, deviceIdSchema } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { timelockAbi } from '../../stack/localChain/timelockAbi.js';
import { registrationCalls } from '../registrationCalls.js';
import { executeCall, operationId, operationSalt, scheduleCall } from './operation.js';
import { timelockAbi as engineAbi } from './timelockAbi.js';

let anvil: Anvil;
let timelock: `0x${string}`;
beforeAll(async () => {
  anvil = await startAnvil();
  timelock = await deployTimelock({ rpcUrl: anvil.rpcUrl, minDelaySeconds: 60, proposers: [] });
});
afterAll(() => anvil?.stop());

const app = addressSchema.parse('a0'.repeat(20));
const composeHash = composeHashSchema.parse('1'.repeat(64));
const deviceId = deviceIdSchema.parse('d'.repeat(64));
const source = { change: 'cvm-1', run: 'run-1', usedOperations: 0 };
const salt = operationSalt(source);

const both = registrationCalls(app, [
  { list: 'devices', deviceId, allowed: true },
  { list: 'composeHashes', composeHash, allowed: true },
]);
const one = both.slice(1);

/** What the Safe app's Transaction Builder makes of what it shows (on-chain.md §3.4): lists are split at their commas. */
function encodedByTheApp({ method, arguments: given }: ContractCall): string {
  const types = given.map(({ name, type }) => `${type} ${name}`).join(', ');
  const values = given.map(({ type, value }) => (type.endsWith('[]') ? value.slice(1, -1).split(',') : value));
  const abi: readonly unknown[] = parseAbi([`function ${method}(${types})`] as readonly string[]);
  // The types are known at run time only.
  return encodeFunctionData<readonly unknown[]>({ abi, functionName: method, args: values });
}

describe('an operation', () => {
  it('of one call and of several has the id that the contract itself computes', async () => {
    const client = createPublicClient({ transport: http(anvil.rpcUrl) });
    const contract = { address: timelock, abi: timelockAbi };
    const [call] = one;
    if (!call) throw new Error('there is no call');
    expect(operationId(one, salt)).toBe(
      await client.readContract({
        ...contract,
        functionName: 'hashOperation',
        args: [call.to, 0n, call.data, zeroHash, salt],
      }),
    );
    expect(operationId(both, salt)).toBe(
      await client.readContract({
        ...contract,
        functionName: 'hashOperationBatch',
        args: [both.map(({ to }) => to), [0n, 0n], both.map(({ data }) => data), zeroHash, salt],
      }),
    );
  });

  it.each([
    [1, 'schedule', 'execute'],
    [2, 'scheduleBatch', 'executeBatch'],
  ] as const)('of %s is scheduled by %s and executed by %s', (count, schedule, execute) => {
    const calls = count === 1 ? one : both;
    const scheduled = decodeFunctionData({
      abi: engineAbi,
      data: scheduleCall(app, calls, salt, 172_800).data,
    });
    expect(scheduled.functionName).toBe(schedule);
    expect(scheduled.args?.slice(-3)).toEqual([zeroHash, salt, 172_800n]);
    const executed = decodeFunctionData({ abi: engineAbi, data: executeCall(app, calls, salt).data });
    expect(executed.functionName).toBe(execute);
    expect(executed.args).toEqual(scheduled.args?.slice(0, -1));
  });

  it.each([
    ['one call', one],
    ['several calls', both],
  ])('of %s is shown to signers with the arguments that its calldata is made of', (_what, calls) => {
    for (const call of [scheduleCall(app, calls, salt, 60), executeCall(app, calls, salt)]) {
      expect(encodedByTheApp(call)).toBe(call.data);
    }
  });

  it('has a salt of its own for each change, each run and each operation that was used up', () => {
    expect(operationSalt({ ...source })).toBe(salt);
    const others = [{ change: 'cvm-2' }, { run: 'run-2' }, { usedOperations: 1 }];
    const salts = others.map((other) => operationSalt({ ...source, ...other }));
    expect(new Set([salt, ...salts]).size).toBe(4);
  });
});
