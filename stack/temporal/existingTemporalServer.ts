/**
 * The server that the environment names, which is used as it is instead of starting one.
 *
 * @param env - `TEMPORAL_ADDRESS` (host:port) and `TEMPORAL_NAMESPACE` are read, the names that the SDK and the CLI use
 * @returns nothing when `TEMPORAL_ADDRESS` is absent or empty
 */
export function existingTemporalServer(
  env: NodeJS.ProcessEnv,
): { readonly address: string; readonly namespace: string } | undefined {
  const address = env['TEMPORAL_ADDRESS']?.trim();
  if (address === undefined || address === '') return undefined;
  return { address, namespace: env['TEMPORAL_NAMESPACE']?.trim() || 'default' };
}
