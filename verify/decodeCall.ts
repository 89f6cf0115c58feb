type Word = 'address' | 'bool' | 'bytes32';

interface Method {
  readonly method: string;
  readonly inputs: readonly (readonly [name: string, type: Word])[];
}

/** What an owner may be asked to call, by selector: from the table of the contracts (on-chain.md §2.2). */
const methods: Readonly<Record<string, Method>> = {
  '0xdfc77223': { method: 'addComposeHash', inputs: [['composeHash', 'bytes32']] },
  '0x67b3f22c': { method: 'removeComposeHash', inputs: [['composeHash', 'bytes32']] },
  '0x2a819728': { method: 'addDevice', inputs: [['deviceId', 'bytes32']] },
  '0x1d266200': { method: 'removeDevice', inputs: [['deviceId', 'bytes32']] },
  '0x7c4beeb8': { method: 'setAllowAnyDevice', inputs: [['allowAny', 'bool']] },
  '0x8618169d': {
    method: 'deployAndRegisterApp',
    inputs: [
      ['initialOwner', 'address'],
      ['disableUpgrades', 'bool'],
      ['allowAnyDevice', 'bool'],
      ['deviceId', 'bytes32'],
      ['composeHash', 'bytes32'],
    ],
  },
};

/** A call as its calldata says it. */
export interface DecodedCall {
  readonly method: string;
  readonly arguments: readonly { readonly name: string; readonly type: Word; readonly value: string }[];
}

/**
 * Reads calldata by hand: a selector of the table, then exactly one word of 32 bytes for each argument, each in its only
 * form.
 *
 * @param data 0x and lower-case hex digits
 * @returns null where it is anything else
 */
export function decodeCall(data: `0x${string}`): DecodedCall | null {
  const known = methods[data.slice(0, 10)];
  const words = data.slice(10).match(/.{64}/g) ?? [];
  if (!known || data.length !== 10 + 64 * known.inputs.length) return null;
  const values = known.inputs.map(([, type], index) => readWord(type, words[index] ?? ''));
  if (values.includes(null)) return null;
  return {
    method: known.method,
    // None is null: that was just looked at.
    arguments: known.inputs.map(([name, type], index) => ({ name, type, value: values[index] as string })),
  };
}

function readWord(type: Word, word: string): string | null {
  switch (type) {
    case 'bytes32':
      return `0x${word}`;
    case 'address':
      return /^0{24}/.test(word) ? `0x${word.slice(24)}` : null;
    case 'bool':
      return /^0{63}[01]$/.test(word) ? String(word.endsWith('1')) : null;
  }
}
