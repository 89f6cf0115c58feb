import type { Hex } from 'viem';
import type { Cvm } from '../state/cvm.js';
import { WORKSPACE } from '../state/workspace.js';

/** The page on which a person commits, and the endpoint for everything else. Both hold the token. */
export interface CommitLinks {
  readonly url: string;
  readonly apiUrl: string;
}

/**
 * commit_url and api_commit_url as DOC-multisig shows them, the hash without 0x. They point to this simulator instead of
 * cloud.phala.com and cloud-api.phala.com: a token must not wander off. Nothing shows the page for a replica; its path is
 * chosen after the other.
 */
export function commitLinks(
  origin: string,
  { vmUuid }: Cvm,
  composeHash: Hex,
  token: string,
  what: 'update' | 'replica' = 'update',
): CommitLinks {
  const query = `token=${token}&compose_hash=${composeHash.slice(2)}`;
  return {
    url: `${origin}/${WORKSPACE.slug}/cvms/${vmUuid}/confirm-${what}?${query}`,
    apiUrl: `${origin}/api/v1/cvms/${vmUuid}/commit-${what}?token=${token}`,
  };
}
