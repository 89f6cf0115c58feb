import type { Simulator } from '../startSimulator.js';

/** What others need to know of a running simulator; with --json this is the one line that is printed. */
export interface Description {
  /** What PHALA_CLOUD_API_PREFIX takes. */
  readonly url: string;
  readonly apiKey: string;
  /** Where the controls are (see control/registerControl.ts). */
  readonly control: string;
  readonly chainIds: readonly number[];
}

export function description(
  { url, origin, apiKey }: Simulator,
  rpcUrls: Readonly<Record<number, string>>,
): Description {
  return { url, apiKey, control: `${origin}/_simulator`, chainIds: Object.keys(rpcUrls).map(Number) };
}

/** The same for people. */
export function described({ url, apiKey, control, chainIds }: Description): string {
  return `The simulator is ready.
  Phala Cloud API  ${url}
  API key          ${apiKey}
  controls         ${control}
  chains           ${chainIds.length === 0 ? 'none' : chainIds.join(', ')}

For the official SDK and CLI, and everything else that reads these:
  export PHALA_CLOUD_API_PREFIX=${url}
  export PHALA_CLOUD_API_KEY=${apiKey}

A CVM to begin with:
  curl -X POST ${control}/cvms -d '{"name":"app","dockerComposeFile":"services: {}","kms":{"kind":"phala"}}'

Ctrl-C stops it.`;
}
