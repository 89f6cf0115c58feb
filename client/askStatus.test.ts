import { ServiceError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { askedTooEarly } from '../model/askedTooEarly.js';
import { askStatus } from './askStatus.js';

/** Sets no deadline: what a question gets is up to the change. */
const client = { withDeadline: <Answer>(_deadline: number | Date, ask: () => Promise<Answer>) => ask() };

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
  expect(await askStatus(client, handle)).toBe('the state');
  expect(asked()).toBe(2);
});

it('asks once more where no worker took up the first question, and not a third time', async () => {
  const late = new ServiceError('Failed to query Workflow', {
    cause: Object.assign(new Error('late'), { code: 4, details: 'late', metadata: {} }),
  });
  const once = answering(late, 'the state');
  expect(await askStatus(client, once.handle)).toBe('the state');
  const twice = answering(late, late, 'the state');
  await expect(askStatus(client, twice.handle)).rejects.toBe(late);
});

it('hands on any other error at once', async () => {
  const { handle, asked } = answering(new Error('the server is gone'), 'the state');
  await expect(askStatus(client, handle)).rejects.toThrow('the server is gone');
  expect(asked()).toBe(1);
});
