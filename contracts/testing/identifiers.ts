import { type Abi, toEventSelector, toFunctionSelector } from 'viem';

/** What callers and logs know a contract's parts by: functions' and errors' selectors, events' first topics. */
export interface Identifiers {
  /** By name; of a name with several forms `name/number of arguments`. */
  readonly functions: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** Computes them from an interface. */
export function identifiers(abi: Abi): Identifiers {
  const found = {
    functions: new Map<string, string>(),
    events: new Map<string, string>(),
    errors: new Map<string, string>(),
  };
  const functionNames = abi.flatMap((item) => (item.type === 'function' ? item.name : []));
  for (const item of abi) {
    if (item.type === 'function') {
      const isOverloaded = functionNames.indexOf(item.name) !== functionNames.lastIndexOf(item.name);
      const name = isOverloaded ? `${item.name}/${item.inputs.length}` : item.name;
      found.functions.set(name, toFunctionSelector(item));
    }
    if (item.type === 'event') found.events.set(item.name, toEventSelector(item));
    if (item.type === 'error') {
      const selector = toFunctionSelector({ ...item, type: 'function', outputs: [], stateMutability: 'view' });
      found.errors.set(item.name, selector);
    }
  }
  const { functions, events, errors } = found;
  return {
    functions: Object.fromEntries(functions),
    events: Object.fromEntries(events),
    errors: Object.fromEntries(errors),
  };
}

/** Mutability and types of what each function answers, by selector: what selectors do not tell. */
export function answers(abi: Abi): Readonly<Record<string, string>> {
  const functions = abi.flatMap((item) => (item.type === 'function' ? item : []));
  return Object.fromEntries(
    functions.map((item) => [
      toFunctionSelector(item),
      [item.name, item.stateMutability, ...item.outputs.map(({ type }) => type)].join(' '),
    ]),
  );
}

/** Which arguments of events can be looked for, as `Event.argument`. */
export function indexedArguments(abi: Abi): readonly string[] {
  return abi.flatMap((item) =>
    item.type === 'event' ? item.inputs.filter(({ indexed }) => indexed).map(({ name }) => `${item.name}.${name}`) : [],
  );
}
