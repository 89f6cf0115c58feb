/**
 * What changes are found by, in the Web UI and by `countersign list`. The names are registered by the worker at start.
 * Values are stored in the clear by Temporal, always: nothing secret goes in here.
 */
export const searchAttributes = {
  cvmId: 'CvmId',
  appId: 'AppId',
  changeKind: 'ChangeKind',
  changePhase: 'ChangePhase',
  composeHash: 'ComposeHash',
  chainId: 'ChainId',
  registrar: 'Registrar',
  requestedBy: 'RequestedBy',
  idempotencyKey: 'IdempotencyKey',
  /** What a change waits for on chain: keys of events (`awaitedOnChain.ts`). The watcher of the chain finds it by them. */
  awaitedOnChain: 'AwaitedOnChain',
} as const;

export type SearchAttributeType = 'KEYWORD' | 'KEYWORD_LIST' | 'INT';

/** All but these are keywords: looked up whole, never by words. */
const otherTypes: Readonly<Record<string, SearchAttributeType>> = {
  [searchAttributes.chainId]: 'INT',
  [searchAttributes.awaitedOnChain]: 'KEYWORD_LIST',
};

export const searchAttributeTypes: Readonly<Record<string, SearchAttributeType>> = Object.fromEntries(
  Object.values(searchAttributes).map((name) => [name, otherTypes[name] ?? 'KEYWORD']),
);
