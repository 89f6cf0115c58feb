import { z } from 'zod';
import { changeRequestFields } from './changeRequest.js';
import { cvmIdSchema } from './cvmId.js';
import { cvmUpdateSchema } from './cvmUpdate.js';

/** What a service asks for when it starts an update. */
export const updateRequestSchema = z.strictObject({
  cvmId: cvmIdSchema,
  update: cvmUpdateSchema,
  ...changeRequestFields,
});

export type UpdateRequest = z.output<typeof updateRequestSchema>;
/** As a caller writes it: fields with a default may be left out. */
export type UpdateRequestInput = z.input<typeof updateRequestSchema>;
