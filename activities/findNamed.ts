import { Failure } from '../model/failure.js';
import type { ComposeHash } from '../model/hex.js';
import type { Applied } from '../model/phalaActivities.js';
import { getCvm } from '../phala/getCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { foundCvm } from './createdCvm.js';

interface Named {
  readonly name: string;
  readonly composeHash: ComposeHash;
}

/** The CVM that a change has made: the name was free when it began, and is unique in the workspace. */
export async function findNamed(
  phala: PhalaApi,
  { name, composeHash }: Named,
  signal: AbortSignal,
): Promise<Applied | null> {
  try {
    const cvm = await getCvm(phala, name, signal);
    return cvm.compose_hash === composeHash ? { correlationId: null, created: foundCvm(cvm) } : null;
  } catch (error) {
    if (error instanceof Failure && error.type === 'CvmNotFound') return null;
    throw error;
  }
}
