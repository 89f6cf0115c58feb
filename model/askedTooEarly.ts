/**
 * What a workflow answers where it was asked a question and shown, with that, what happened since its last task. Its next
 * task brings it: until then nothing may come of it.
 */
export const askedTooEarly = 'Ask again: something has happened that no task has brought yet.';

/** Whether the answer to a question was that it was asked too early. Then it is asked again in a moment. */
export const wasAskedTooEarly = (error: unknown): boolean =>
  error instanceof Error && error.message.includes(askedTooEarly);
