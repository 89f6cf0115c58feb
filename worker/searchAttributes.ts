import type { NativeConnection } from '@temporalio/worker';
import { ConfigurationError } from '../model/environment.js';
import { type SearchAttributeType, searchAttributeTypes } from '../model/searchAttributes.js';

/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const wireTypes = { KEYWORD: 2, INT: 3, KEYWORD_LIST: 7 } as const satisfies Record<SearchAttributeType, number>;

/** As the `temporal` command takes them. */
const typeNames: Readonly<Record<SearchAttributeType, string>> = {
  KEYWORD: 'Keyword',
  INT: 'Int',
  KEYWORD_LIST: 'KeywordList',
};

/** A server may go on for a while with what it knew of a namespace before, and refuse what it lists already. */
const patience = 60_000;

/**
 * Registers the search attributes of changes with a namespace, and waits until they can be used. Those that are there
 * already are left alone, so every worker does it at its start.
 *
 * @returns those that were missing
 * @throws ConfigurationError where one exists with another type, which no server can change
 * @throws the server's error where it does not let this client register any (Temporal Cloud): they have to be made by
 *   hand then
 */
export async function registerSearchAttributes(connection: NativeConnection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const wanted = Object.entries(searchAttributeTypes);
  const known = (name: string): number | null => customAttributes?.[name] ?? null;
  const missing = wanted.filter(([name]) => known(name) === null);
  const other = wanted.find(([name, type]) => known(name) !== null && known(name) !== wireTypes[type]);
  if (other) {
    const [name, type] = other;
    throw new ConfigurationError(
      `The search attribute ${name} of namespace ${namespace} is not of type ${typeNames[type]}, and a type cannot be changed. Use another namespace.`,
    );
  }
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, wireTypes[type]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  }
  const added = missing.map(([name]) => name);
  for (const name of added) await untilUsable(connection, namespace, name);
  return added;
}

async function untilUsable(connection: NativeConnection, namespace: string, name: string): Promise<void> {
  for (const started = Date.now(); ; ) {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace, query: `${name} IS NOT NULL` });
      return;
    } catch (error) {
      if (Date.now() - started > patience) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** What an operator types where the worker may not register them itself. */
export const registerByHand = (namespace: string): string =>
  Object.entries(searchAttributeTypes)
    .map(
      ([name, type]) =>
        `temporal operator search-attribute create -n ${namespace} --name ${name} --type ${typeNames[type]}`,
    )
    .join('\n');
