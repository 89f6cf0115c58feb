import type { CvmDescription } from '../model/descriptions.js';
import { phala } from './activities.js';
import { stepFailureOf } from './stepFailure.js';

/**
 * Looks at a CVM and changes nothing. For callers that hold no API key: they need the app's key to encrypt environment
 * variables to, and the vm_uuid of a CVM that they know by name.
 *
 * @throws ApplicationFailure CvmNotFound, or what an operator has to put right
 */
export async function inspectCvm(input: { readonly cvm: string }): Promise<CvmDescription> {
  try {
    return await phala.describeCvm.executeWithOptions({ summary: `describe ${input.cvm}` }, [input]);
  } catch (error) {
    throw stepFailureOf(error)?.toApplicationFailure() ?? error;
  }
}
