import { Failure } from '../../model/failure.js';
import type { Notification } from '../../model/notification.js';
import { readRetryAfter } from '../../model/retryAfter.js';
import type { Execution } from '../activity.js';
import { bodyOf } from './body.js';
import { signatureOf } from './signature.js';
import { slackMessageOf } from './slackMessage.js';
import type { NotificationTarget } from './target.js';

/** Milliseconds for one delivery, answer included. */
const patience = 10_000;

/** What a receiver may answer while somebody is still setting it up, or for the time being: worth another try. */
const passing: readonly number[] = [401, 403, 404, 408, 409, 421, 423, 425, 429];

/**
 * Posts a notification once. Whatever comes twice has the same delivery id. The body of the answer is not read, and no
 * redirect is followed: what is posted goes where the operator said, and nowhere else.
 *
 * @throws Failure ReceiverUnavailable where another try may do; ReceiverRefused where none will. Neither repeats the
 *   URL, which may be a secret itself
 */
export async function deliver(
  target: NotificationTarget,
  notification: Notification,
  { namespace, signal }: Pick<Execution, 'namespace' | 'signal'>,
): Promise<void> {
  const { url, format, secret, temporalUi } = target;
  const whole = bodyOf(notification, temporalUi && pageOf(temporalUi, namespace, notification));
  const body = JSON.stringify(format === 'slack' ? slackMessageOf(whole) : whole);
  const timestamp = Math.floor(Date.now() / 1000);
  const response = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'countersign',
      'x-countersign-delivery': notification.deliveryId,
      'x-countersign-timestamp': String(timestamp),
      ...(secret !== null && { 'x-countersign-signature': signatureOf(secret, timestamp, body) }),
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Failure('ReceiverUnavailable', `The receiver of notifications cannot be reached: ${reasonOf(error)}.`);
  });
  await response.body?.cancel();
  if (response.ok) return;
  const { status } = response;
  const refused = status >= 400 && status < 500 && !passing.includes(status);
  const retryAfter = readRetryAfter(response.headers.get('retry-after'));
  throw new Failure(
    refused ? 'ReceiverRefused' : 'ReceiverUnavailable',
    `The receiver of notifications answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}.`,
    { status, ...(retryAfter !== null && { retryAfter }) },
  );
}

const pageOf = (temporalUi: string, namespace: string, { change, runId }: Notification): string =>
  `${temporalUi.replace(/\/+$/, '')}/namespaces/${namespace}/workflows/${encodeURIComponent(change)}/${runId}/history`;

/** A word for it that repeats nothing: `ECONNREFUSED`, `TimeoutError`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name === 'TimeoutError' ? 'no answer within 10 seconds' : error.name;
}
