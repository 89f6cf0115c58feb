/** Base, and its test net. */
const baseChains: readonly number[] = [8453, 84532];

/** The API's word for a kind of KMS (OpenAPI `KmsType`), by the chain that it is on. */
export const kmsTypeOf = (chainId: number | null): 'phala' | 'ethereum' | 'base' => {
  if (chainId === null) return 'phala';
  return baseChains.includes(chainId) ? 'base' : 'ethereum';
};
