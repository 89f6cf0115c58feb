import type { PublicClient } from 'viem';

/** A node that the approver trusts, and the chain that it is to be of. */
export interface Node {
  readonly client: PublicClient;
  readonly chainId: number;
}

/** What a contract answers; null where it does not know the question, or the node does not answer. */
export const orNull = <Value>(answer: Promise<Value>): Promise<Value | null> => answer.catch(() => null);

export const sameAddress = (one: string | null, other: string | null): boolean =>
  one?.toLowerCase() === other?.toLowerCase();
