import { defineSearchAttributeKey } from '@temporalio/common';
import type { Change } from '../../client/change.js';
import { expect, vi } from 'vitest';
import type { Sighting } from '../../model/awaitedOnChain.js';
import { sightingSignal } from '../../model/messages.js';
import { searchAttributes } from '../../model/searchAttributes.js';
import type { ChangeStatus } from '../../model/status.js';
import type { Rig } from '../rig/rig.js';

/** What the watcher has told a change, as its history keeps it. */
export async function sightingsOf({ client }: Rig, { id, runId }: Change): Promise<readonly Sighting[]> {
  const { events } = await client.workflow.getHandle(id, runId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const [payload] = signal?.input?.payloads ?? [];
    if (signal?.signalName !== sightingSignal || !payload?.data) return [];
    return [JSON.parse(Buffer.from(payload.data).toString('utf8'))];
  });
}

/** The state of a change that waits, when it has looked once: what it learns from now on, somebody has told it. */
export async function untilItWaits(rig: Rig, change: Change): Promise<ChangeStatus> {
  const waiting = await rig.until(change, 'awaitingRegistration');
  await untilItLooked(change);
  return waiting;
}

/** Waits until what is under way has looked once, in vain. */
export async function untilItLooked(change: Change): Promise<void> {
  const attempts = async (): Promise<number> => Math.max(0, ...(await change.pending()).map(({ attempt }) => attempt));
  // `expect.poll` knows its test only where tests do not run side by side.
  await vi.waitFor(async () => expect(await attempts()).toBeGreaterThan(1), { timeout: 20_000, interval: 50 });
}

/** What its search attribute says that it waits for. */
export async function awaitedBy({ client }: Rig, { id, runId }: Change): Promise<readonly string[]> {
  const { typedSearchAttributes } = await client.workflow.getHandle(id, runId).describe();
  return typedSearchAttributes.get(defineSearchAttributeKey(searchAttributes.awaitedOnChain, 'KEYWORD_LIST')) ?? [];
}
