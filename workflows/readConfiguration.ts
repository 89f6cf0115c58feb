import type { CvmConfiguration } from '../model/descriptions.js';
import type { ComposeHash } from '../model/hex.js';
import { phala } from './activities.js';
import { stepFailureOf } from './stepFailure.js';

/**
 * Reads the app-compose document of a CVM, and changes nothing. For people who want to see what they sign, and hold no
 * API key.
 *
 * @throws ApplicationFailure CvmNotFound, or what an operator has to put right
 */
export async function readConfiguration(input: {
  readonly cvm: string;
  readonly composeHash: ComposeHash | null;
}): Promise<CvmConfiguration> {
  try {
    return await phala.readConfiguration.executeWithOptions({ summary: `read the document of ${input.cvm}` }, [input]);
  } catch (error) {
    throw stepFailureOf(error)?.toApplicationFailure() ?? error;
  }
}
