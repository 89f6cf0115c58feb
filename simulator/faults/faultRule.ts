import { z } from 'zod';
import type { JsonObject } from '../rules/json.js';
import { quirksSchema } from '../state/quirks.js';

/** Names of the endpoints, as fault rules, the request log and the source files have them. */
const ENDPOINT_NAMES = [
  'getCvm',
  'listCvms',
  'listCvmsPaginated',
  'getComposeFile',
  'getCvmState',
  'listOperations',
  'getOperationStatus',
  'patchCvm',
  'commitUpdate',
  'getCommitUpdate',
  'getAppKmsInfo',
  'listKms',
  'getKms',
  'getEnvironmentKey',
  'getCurrentUser',
  'batchStatus',
  'cancelOperation',
  'listPendingUpdates',
  'getPendingUpdatePreview',
  'checkAppIsAllowed',
  'checkCvmIsAllowed',
  'checkAppCvmsIsAllowed',
  'getDeviceAllowlist',
  'listAppRevisions',
  'listWorkspaces',
  'getWorkspace',
  'getWorkspaceQuotas',
  'listWebhooks',
  'createWebhook',
  'getWebhook',
  'updateWebhook',
  'deleteWebhook',
  'revealWebhookSecret',
  'rotateWebhookSecret',
  'testWebhook',
  'listWebhookDeliveries',
  'resendWebhookDelivery',
  'getWebhookStats',
  'provisionCvm',
  'commitCvmProvision',
  'replicateCvm',
  'replicateAppCvm',
  'commitReplica',
  'deleteCvm',
  'listApps',
  'getAppFilterOptions',
  'getApp',
  'listAppCvms',
  'listAvailableNodes',
  'listWorkspaceNodes',
  'getOnChainKms',
  'getNextAppIds',
] as const;

export type EndpointName = (typeof ENDPOINT_NAMES)[number];

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** An answer made up by a rule. A string body is sent as it is (HTML, broken JSON); anything else as JSON. */
const madeUpAnswerSchema = z.strictObject({
  status: z.int().min(200).max(599),
  body: z.json().exactOptional(),
  /** e.g. {"retry-after": "2"}, {"content-type": "text/html"}. */
  headers: z.record(z.string(), z.string()).exactOptional(),
});

export type MadeUpAnswer = z.infer<typeof madeUpAnswerSchema>;

/** What a rule does to a request that it fits. */
const faultEffectSchema = z.discriminatedUnion('kind', [
  /** Answers in place of the endpoint: NOTHING takes effect. */
  z.strictObject({ kind: z.literal('answer'), ...madeUpAnswerSchema.shape }),
  /** Waits (real time), then goes on: other rules and the endpoint still get the request, even if the caller has left. */
  z.strictObject({ kind: z.literal('delay'), milliseconds: z.number().min(0) }),
  /** Resets the connection BEFORE anything takes effect. */
  z.strictObject({ kind: z.literal('reset') }),
  /** Never answers, and nothing takes effect. */
  z.strictObject({ kind: z.literal('hang') }),
  /**
   * Lets the request TAKE EFFECT and then loses the reply: by a reset, by silence, by cutting the body in the middle, or by
   * answering something else (a gateway's 502). Counts only for requests that the endpoint answered well or with a 465,
   * so a rule with times: 1 waits for the request that does take effect.
   */
  z.strictObject({
    kind: z.literal('loseReply'),
    by: z.union([z.enum(['reset', 'hang', 'cutBody']), madeUpAnswerSchema]),
  }),
  /** The operation that this request starts ends as failed, with this message. Counts only when one is started. */
  z.strictObject({ kind: z.literal('operationFails'), message: z.string() }),
  /** Answers in another of the forms that the facts allow (see Quirks), for these requests only. */
  z.strictObject({ kind: z.literal('quirks'), quirks: quirksSchema }),
  /** Changes top-level fields of the JSON answer: schema drift. */
  z.strictObject({
    kind: z.literal('alterBody'),
    set: jsonObject.exactOptional(),
    remove: z.array(z.string()).exactOptional(),
  }),
]);

export type FaultEffect = z.infer<typeof faultEffectSchema>;

/** A rule as it can also be sent over HTTP. Absent conditions fit every request. */
export const faultRuleSchema = z.strictObject({
  endpoint: z.enum(ENDPOINT_NAMES).exactOptional(),
  /** vm_uuid, with dashes. */
  cvm: z.string().exactOptional(),
  /** Headers (lower case) that the request must have; null: must not have. */
  headers: z.record(z.string(), z.string().nullable()).exactOptional(),
  /** How many requests it is for. Default 1; null: all. */
  times: z.int().min(1).nullable().exactOptional(),
  what: faultEffectSchema,
});

export interface FaultRule extends z.infer<typeof faultRuleSchema> {
  /** A further condition; only in the same process. */
  readonly when?: (request: FaultyRequest) => boolean;
}

/** What a rule can look at. */
export interface FaultyRequest {
  readonly endpoint: EndpointName;
  /** The CVM's uuid, where it could be told. */
  readonly cvm: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as text, if there is one. */
  readonly body: string | undefined;
}
