import { z } from 'zod';
import { changeRequestFields, nodeSchema } from './changeRequest.js';
import { addressSchema, composeHashSchema, deviceIdSchema } from './hex.js';

/** A device by its id, or by the node that it is. */
const device = z
  .strictObject({ deviceId: deviceIdSchema.optional(), node: nodeSchema.optional() })
  .refine(({ deviceId, node }) => (deviceId === undefined) !== (node === undefined), 'must name a deviceId or a node');

export const allowListStepSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('addDevice'), device }),
  z.strictObject({ action: z.literal('removeDevice'), device }),
  z.strictObject({ action: z.literal('removeComposeHash'), composeHash: composeHashSchema }),
  /** Whether any device may run the app, listed or not. */
  z.strictObject({ action: z.literal('setAllowAnyDevice'), allowed: z.boolean() }),
]);

export type AllowListStep = z.output<typeof allowListStepSchema>;

/** What a service asks for when an app's allow-lists are to change. There is nothing to commit: the chain is all. */
export const allowListRequestSchema = z.strictObject({
  /** The app's contract. */
  appId: addressSchema,
  /** The chain that it lives on. Default: asked of the API. */
  chainId: z.int().positive().optional(),
  /** All in one batch. */
  steps: z
    .array(allowListStepSchema)
    .min(1)
    .max(50)
    .refine((steps) => new Set(steps.map(subjectOf)).size === steps.length, 'must not name the same entry twice'),
  ...changeRequestFields,
});

/** What a step is about: two about the same would contradict or repeat each other. */
function subjectOf(step: AllowListStep): string {
  switch (step.action) {
    case 'addDevice':
    case 'removeDevice':
      return `device ${step.device.deviceId ?? step.device.node}`;
    case 'removeComposeHash':
      return step.composeHash;
    case 'setAllowAnyDevice':
      return 'any device';
  }
}

export type AllowListRequest = z.output<typeof allowListRequestSchema>;
/** As a caller writes it: fields with a default may be left out. */
export type AllowListRequestInput = z.input<typeof allowListRequestSchema>;
