import { z } from 'zod';
import { changeRequestFields } from './changeRequest.js';
import { cvmIdSchema } from './cvmId.js';
import { addressSchema, composeHashSchema, deviceIdSchema } from './hex.js';
import { instantSchema } from './policy.js';
import { sealedTokenSchema } from './sealedToken.js';

/**
 * What a service asks for when an update was prepared elsewhere (`phala deploy --prepare-only`, the SDK, the dashboard)
 * and is to be carried on from there. The document itself is not given: the token stands for it.
 */
export const adoptRequestSchema = z.strictObject({
  cvmId: cvmIdSchema,
  /** What was prepared. */
  composeHash: composeHashSchema,
  /** The one-time token that commits it, sealed to the workers' key: see `sealToken`. */
  token: sealedTokenSchema,
  /** When the token expires. Default: 14 days from now at the latest. */
  expiresAt: instantSchema.optional(),
  /** The app that was named with it: checked against that of the CVM. */
  appId: addressSchema.optional(),
  /** The device that was named with it. Counts only where the API does not say which one the CVM runs on. */
  deviceId: deviceIdSchema.optional(),
  ...changeRequestFields,
});

export type AdoptRequest = z.output<typeof adoptRequestSchema>;
/** As a caller writes it: fields with a default may be left out. */
export type AdoptRequestInput = z.input<typeof adoptRequestSchema>;
