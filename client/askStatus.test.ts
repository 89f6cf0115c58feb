import { expect, it } from 'vitest';
import { askedTooEarly } from '../model/askedTooEarly.js';
import { askStatus } from './askStatus.js';

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
  expect(await askStatus(handle)).toBe('the state');
  expect(asked()).toBe(2);
});

it('hands on any other error at once', async () => {
  const { handle, asked } = answering(new Error('the server is gone'), 'the state');
  await expect(askStatus(handle)).rejects.toThrow('the server is gone');
  expect(asked()).toBe(1);
});
