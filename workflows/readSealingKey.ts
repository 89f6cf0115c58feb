import type { SealingKey } from '../model/sealedEnv.js';
import { phala } from './activities.js';
import { stepFailureOf } from './stepFailure.js';

/** Tells callers the public key that they seal values to on their way to the workers. Changes nothing. */
export async function readSealingKey(): Promise<SealingKey> {
  try {
    return await phala.readSealingKey.executeWithOptions({ summary: 'read the public sealing key' }, []);
  } catch (error) {
    throw stepFailureOf(error)?.toApplicationFailure() ?? error;
  }
}
