import { describeIssues } from '../../model/readFields.js';
import { type Answer, ignored, refused } from '../answer.js';
import type { Deliveries } from '../deliveries.js';
import { parseJson } from '../parseJson.js';
import {
  type Executed,
  executedSchema,
  executions,
  type QueueEvent,
  queuedSchema,
  queueEvents,
  safeEventSchema,
} from './event.js';
import { showsSecret } from './showsSecret.js';

export interface SafeReceiver {
  readonly secrets: readonly string[];
  readonly deliveries: Deliveries;
  readonly tell: (executed: Executed) => Promise<Answer>;
  readonly tellOfQueue: (event: QueueEvent) => Promise<Answer>;
}

interface Delivery {
  readonly authorization: string | undefined;
  /** The secret, where it stands in the address. */
  readonly path: string | undefined;
  readonly body: Buffer;
}

/** Receives one delivery of Safe's events service. What it says is a hint, and only whoever shows a secret gives one. */
export async function receiveSafe(
  { secrets, deliveries, tell, tellOfQueue }: SafeReceiver,
  delivery: Delivery,
): Promise<Answer> {
  if (!showsSecret(secrets, delivery)) return refused(401, 'No secret was shown that is known here.');
  const content = parseJson(delivery.body);
  const parsed = safeEventSchema.safeParse(content);
  if (!parsed.success) return refused(400, `The body is no event of a Safe: ${describeIssues(parsed.error)}`);
  const type = queueEvents.find((one) => one === parsed.data.type);
  if (type) return receiveQueued({ deliveries, tellOfQueue }, type, content);
  if (!executions.includes(parsed.data.type)) return ignored('Nothing is done about this event.');
  const executed = executedSchema.safeParse(content);
  if (!executed.success) return refused(400, `The event is not as documented: ${describeIssues(executed.error)}`);
  if (executed.data.failed || executed.data.isFailed)
    return ignored('The transaction failed inside: it has registered nothing.');
  const { chainId, address, txHash } = executed.data;
  return deliveries.once(`safe ${chainId} ${address} ${txHash}`, () => tell(executed.data));
}

async function receiveQueued(
  { deliveries, tellOfQueue }: Pick<SafeReceiver, 'deliveries' | 'tellOfQueue'>,
  type: QueueEvent['type'],
  content: unknown,
): Promise<Answer> {
  const queued = queuedSchema.safeParse(content);
  if (!queued.success) return refused(400, `The event is not as documented: ${describeIssues(queued.error)}`);
  const event = { ...queued.data, type };
  const { chainId, safeTxHash, owner, timestamp } = event;
  // Without its time nothing tells whether it is the same once more: a look costs little.
  if (timestamp == null) return tellOfQueue(event);
  return deliveries.once(`safe ${chainId} ${type} ${safeTxHash} ${owner} ${timestamp}`, () => tellOfQueue(event));
}
