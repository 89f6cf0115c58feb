import { expect, it } from 'vitest';
import { askedTooEarly } from '../model/askedTooEarly.js';
import { withinTasks } from './withinTasks.js';

type Activate = NonNullable<ReturnType<typeof withinTasks>['activate']>;
type Input = Parameters<Activate>[0];

/** What the SDK tells of one activation, as far as it matters here. */
const activation = (historyLength: number, task: number, job: object = { resolveActivity: {} }): Input => ({
  batchIndex: 0,
  // The type of the wire has more to it, none of which is read.
  activation: {
    historyLength,
    timestamp: { seconds: task, nanos: 5 },
    historySizeBytes: task * 100,
    jobs: [job],
  } as unknown as Input['activation'],
});

/** Which of several activations of one workflow come through. */
function taken(...inputs: readonly Input[]): string {
  const { activate } = withinTasks();
  return inputs
    .map((input) => {
      let came = '-';
      try {
        activate?.(input, () => {
          came = '+';
        });
      } catch (error) {
        expect(String(error)).toContain(askedTooEarly);
      }
      return came;
    })
    .join('');
}

it.each([
  ['one task after the other', '+++', [activation(3, 1), activation(9, 2), activation(15, 3)]],
  ['several parts of a task, such as a local activity that ends', '++', [activation(9, 2), activation(9, 2)]],
  ['events that no task has brought', '++-', [activation(3, 1), activation(9, 2), activation(11, 2)]],
  [
    'a question, and the task after it',
    '+++',
    [activation(3, 1), activation(8, 1, { queryWorkflow: {} }), activation(9, 2)],
  ],
  ['everything, where the server counts no bytes', '++', [activation(3, 0), activation(9, 0)]],
])('%s', (_what, expected, inputs) => {
  expect(taken(...inputs)).toBe(expected);
});
