/**
 * What became of a webhook:
 * - `adopted`: a change was started that carries the prepared update on
 * - `renewed`: the change that carries it already was given the new token
 * - `repeated`: this delivery was seen before
 * - `known`: a change of that CVM is or was about the same compose hash; there is nothing more to do
 * - `held`: another change holds the CVM; the preparation stands in its record, and is not taken up
 * - `hinted`: changes that wait were told of a transaction or a queue, at which they look themselves
 * - `ignored`: nothing is done about such an event, or policy does not want it
 * - `refused`: it is not what it says it is, or cannot be read; nothing was done
 * - `unavailable`: it could not be handed on; it is to be sent again
 */
export type Outcome =
  | 'adopted'
  | 'renewed'
  | 'repeated'
  | 'known'
  | 'held'
  | 'hinted'
  | 'ignored'
  | 'refused'
  | 'unavailable';

/** The answer to a webhook: its status and its body. */
export interface Answer {
  readonly status: 200 | 202 | 400 | 401 | 404 | 413 | 415 | 500 | 503;
  readonly body: AnswerBody;
}

/** What the sender reads, and whoever looks at the deliveries there. Holds nothing that came in. */
export interface AnswerBody {
  readonly outcome: Outcome;
  /** One sentence. */
  readonly reason?: string;
  readonly change?: string;
  readonly runId?: string;
}

export const ignored = (reason: string): Answer => ({ status: 200, body: { outcome: 'ignored', reason } });

export const refused = (status: 400 | 401 | 404 | 413 | 415, reason: string): Answer => ({
  status,
  body: { outcome: 'refused', reason },
});

export const unavailable = (reason: string): Answer => ({ status: 503, body: { outcome: 'unavailable', reason } });

/** About a change. */
export const about = (
  outcome: Outcome,
  { change, runId }: { readonly change: string; readonly runId?: string | undefined },
  reason?: string,
): Answer => ({
  status: outcome === 'adopted' || outcome === 'renewed' ? 202 : 200,
  body: { outcome, ...(reason !== undefined && { reason }), change, ...(runId !== undefined && { runId }) },
});
