import { ServiceError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { askedTooEarly } from '../model/askedTooEarly.js';
import { askStatus } from './askStatus.js';

/** Sets no deadline: what a question gets is up to the change. */
const client = { withDeadline: <Answer>(_deadline: number | Date, ask: () => Promise<Answer>) => ask() };

const patience = 10_000;

/** A change that answers one thing after the other. */
function answering(...answers: readonly (string | Error)[]) {
  let asked = 0;
  const query = async () => {
    const answer = answers[asked++];
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
  return { handle: { query }, asked: () => asked };
}

it('asks once more where it was asked too early', async () => {
  const { handle, asked } = answering(new Error(`3 INVALID_ARGUMENT: ${askedTooEarly}`), 'the state');
  expect(await askStatus(client, handle, patience)).toBe('the state');
  expect(asked()).toBe(2);
});

const late = (code: number, details: string) =>
  new ServiceError('Failed to query Workflow', {
    cause: Object.assign(new Error(details), { code, details, metadata: {} }),
  });

it.each([
  ['in its time', late(4, 'Deadline exceeded')],
  ['in its time, and the server was the first to say so', late(1, 'Call cancelled')],
  ['as there was none', late(9, 'no poller seen for task queue recently, worker may be down')],
])('asks once more where no worker took the question up %s, until its patience ends', async (_why, error) => {
  const twice = answering(error, error, 'the state');
  expect(await askStatus(client, twice.handle, patience)).toBe('the state');
  const never = answering(error, error, error);
  await expect(askStatus(client, never.handle, 250)).rejects.toBe(error);
  expect(never.asked()).toBeGreaterThan(1);
});

it('hands on any other error at once', async () => {
  const { handle, asked } = answering(new Error('the server is gone'), 'the state');
  await expect(askStatus(client, handle, patience)).rejects.toThrow('the server is gone');
  expect(asked()).toBe(1);
});
