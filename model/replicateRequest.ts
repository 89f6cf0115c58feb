import { z } from 'zod';
import { changeRequestFields, nodeSchema } from './changeRequest.js';
import { encryptedEnvSchema } from './composeFields.js';
import { cvmIdSchema } from './cvmId.js';
import { addressSchema, composeHashSchema } from './hex.js';

/**
 * What a service asks for when it wants a replica of a CVM (seeds "Replicate CVM" and "Create CVM replica"). The source
 * stays as it is.
 */
export const replicateRequestSchema = z.strictObject({
  /** The source. */
  cvmId: cvmIdSchema,
  /** Asks for it under the app: `POST /apps/{app_id}/cvms/{vm_uuid}/replicas`. Left out: under the CVM. */
  appId: addressSchema.optional(),
  /** Where the replica is to run. Default: the node of the source. */
  node: nodeSchema.optional(),
  /** New environment variables, encrypted to the app's key. Left out, the replica gets those of the source. */
  encryptedEnv: encryptedEnvSchema.optional(),
  /** Which of the app's configurations. Default: that of the source. */
  composeHash: composeHashSchema.optional(),
  ...changeRequestFields,
});

export type ReplicateRequest = z.output<typeof replicateRequestSchema>;
/** As a caller writes it: fields with a default may be left out. */
export type ReplicateRequestInput = z.input<typeof replicateRequestSchema>;
