import { encodeFunctionData } from 'viem';

interface Shown {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/**
 * The calldata of a call as people get to see it: method, and arguments as text.
 *
 * @returns null where the values do not fit their types
 */
export function encodeShown(method: string, given: readonly Shown[]): `0x${string}` | null {
  const inputs = given.map(({ name, type }) => ({ name, type }));
  try {
    return encodeFunctionData({
      abi: [{ type: 'function', name: method, inputs, outputs: [], stateMutability: 'nonpayable' }],
      functionName: method,
      args: given.map(({ type, value }) => readValue(type, value)),
    });
  } catch {
    return null;
  }
}

/** A value as the Safe app reads it: `[a,b]` for a list, `true` for a bool, decimal digits for a number. */
function readValue(type: string, text: string): unknown {
  if (type.endsWith('[]')) {
    const inner = text.replace(/^\[|\]$/g, '');
    return inner === '' ? [] : inner.split(',').map((one) => readValue(type.slice(0, -2), one));
  }
  if (type === 'bool') return text === 'true';
  return type.startsWith('uint') ? BigInt(text) : text;
}
