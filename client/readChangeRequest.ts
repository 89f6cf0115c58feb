import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** What was asked for, field by field, as the caller wrote it. */
export type AskedFor = Readonly<Record<string, unknown>>;

/**
 * What was asked for, from the first event of the change's own history: not what a worker says of it. Without the
 * ciphertexts of environment variables and tokens, which nobody can compare with anything.
 */
export async function readChangeRequest(
  { workflow }: Client,
  { change, runId }: { readonly change: string; readonly runId: string },
): Promise<AskedFor> {
  const { events } = await workflow.getHandle(change, runId).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payload ? withoutCiphertexts(defaultPayloadConverter.fromPayload<AskedFor>(payload)) : {};
}

const ciphertexts = ['encryptedEnv', 'sealed', 'token'];

const withoutCiphertexts = (fields: AskedFor): AskedFor =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (ciphertexts.includes(name)) return [name, '(encrypted)'];
      return [name, isFields(value) ? withoutCiphertexts(value) : value];
    }),
  );

const isFields = (value: unknown): value is AskedFor =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
