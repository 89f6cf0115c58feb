import type { IncomingHttpHeaders } from 'node:http';
import { describeIssues } from '../../model/readFields.js';
import { type Answer, ignored, refused } from '../answer.js';
import type { Deliveries } from '../deliveries.js';
import { parseJson } from '../parseJson.js';
import {
  type Envelope,
  envelopeSchema,
  type PendingApproval,
  pendingApproval,
  pendingApprovalSchema,
} from './event.js';
import { signatureProblem } from './verifySignature.js';

export interface PhalaReceiver {
  readonly secrets: readonly string[];
  readonly deliveries: Deliveries;
  readonly takeUp: (approval: PendingApproval) => Promise<Answer>;
}

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came: they are what was signed. */
  readonly body: Buffer;
}

/**
 * Receives one delivery of a webhook of Phala Cloud. Nothing of it counts before its signature was verified; the headers
 * are not signed, so that what they say has to stand in the body, too.
 */
export async function receivePhala(
  { secrets, deliveries, takeUp }: PhalaReceiver,
  { headers, body }: Delivery,
): Promise<Answer> {
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const signed = { timestamp: header('x-webhook-timestamp'), signature: header('x-webhook-signature') };
  const problem = signatureProblem({ secrets, ...signed, body }, Date.now());
  if (problem !== null) return refused(401, problem);
  const parsed = envelopeSchema.safeParse(parseJson(body));
  if (!parsed.success) return refused(400, `The body is no event: ${describeIssues(parsed.error)}`);
  const { data: event } = parsed;
  if (header('x-webhook-event') !== event.event) return refused(400, 'X-Webhook-Event is not the event of the body.');
  if (header('x-webhook-id') !== event.id) return refused(400, 'X-Webhook-Id is not the id of the body.');
  if (event.event !== pendingApproval) {
    return ignored('Nothing is done about this event: changes follow their CVMs by themselves.');
  }
  const approval = readApproval(event);
  if ('status' in approval) return approval;
  return deliveries.once(`phala ${event.id}`, () => takeUp(approval));
}

function readApproval({ id, created_at, workspace, data }: Envelope): PendingApproval | Answer {
  const parsed = pendingApprovalSchema.safeParse(data);
  if (!parsed.success) return refused(400, `The event is not as documented: ${describeIssues(parsed.error)}`);
  return { id, createdAt: created_at, workspace: workspace.id, data: parsed.data };
}
