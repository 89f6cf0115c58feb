import type { SafeSigning } from '../model/safe.js';
import { queueEntry } from '../model/safeQueue.js';

/** What the Web UI shows of the Safe's queue, as lines of a markdown list; none where it is not there. */
export function queueLines(safe: SafeSigning): readonly string[] {
  const entry = queueEntry(safe);
  if (!entry?.since) return [];
  const { since, url } = entry;
  return [`- ${url ? `[in Safe's queue](${url})` : "in Safe's queue"} since ${since}`];
}
