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
} as const;

/** All are keywords but the chain id: looked up whole, never by words. */
export const searchAttributeTypes: Readonly<Record<string, 'KEYWORD' | 'INT'>> = Object.fromEntries(
  Object.values(searchAttributes).map((name) => [name, name === searchAttributes.chainId ? 'INT' : 'KEYWORD']),
);
