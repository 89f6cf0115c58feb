import { safeParse, z } from 'zod';
import type { Brand } from './brand.js';

/** The `vm_uuid` of a CVM: lower case, with dashes. */
export type CvmId = string & Brand<'CvmId'>;

const uuid = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

/** Accepts a `vm_uuid` with or without dashes, in either case. */
export const cvmIdSchema = z
  .string()
  .regex(uuid, 'must be the vm_uuid of a CVM: 32 hex digits, with or without dashes')
  // The brand says what the pattern above has just checked.
  .transform((text) => text.toLowerCase().replace(uuid, '$1-$2-$3-$4-$5') as CvmId);

/** Whether a text that names a CVM is its `vm_uuid`; else it is a name, an app id or another id of the API. */
export const isCvmId = (text: string): boolean => uuid.test(text);

/**
 * The workflow id of the one change that may run on a CVM. The id is the lock: Temporal refuses a second execution
 * under an id that is in use.
 */
export const changeOf = (cvmId: CvmId): string => `cvm-${cvmId}`;

/** The CVM whose change a workflow id names, or null where it names none. */
export function cvmOf(change: string): CvmId | null {
  const parsed = safeParse(cvmIdSchema, change.replace(/^cvm-/, ''));
  return parsed.success ? parsed.data : null;
}
