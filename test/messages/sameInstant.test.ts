import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { MessageName } from '../../model/messages.js';
import { transactionHashSignal } from '../../model/messages.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** What a sender is told: the answer, or the name of the refusal. */
const told = (change: Change, name: MessageName, more: object = {}): Promise<string> =>
  change.send(name, { by: name, ...more } as never).then(
    ({ summary }) => summary,
    (error: { type?: string }) => `refused: ${error.type}`,
  );

async function waiting() {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  return { cvm, change, status: await rig.until(change, 'awaitingRegistration') };
}

/** Everything that is sent meanwhile is taken up in one instant: in the same workflow task. */
async function inOneInstant<Result>(send: () => Promise<Result>): Promise<Result> {
  await rig.stopWorkers();
  const sent = send();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await rig.startWorkers();
  return sent;
}

// One after the other: they stop the workers.
describe('messages that contradict each other in the same instant', () => {
  it('a rejection, a cancellation and the registration: the first to be taken up counts, the others are told', async () => {
    const { cvm, change, status } = await waiting();
    // Before there is a registration: a look of its own might find it, and be the first.
    await rig.stopWorkers();
    const transactionHash = await rig.signAndExecute(status);
    const [rejected, cancelled, registered] = await inOneInstant(() =>
      Promise.all([
        told(change, 'reject'),
        told(change, 'cancel'),
        told(change, 'registered', { transactionHash }),
        rig.client.workflow.getHandle(change.id).signal(transactionHashSignal, transactionHash),
      ]),
    );
    const { phase } = await change.result();
    expect(['rejected', 'cancelled']).toContain(phase);
    const [winner, loser] = phase === 'rejected' ? [rejected, cancelled] : [cancelled, rejected];
    // Where the registration was found in that instant too, its commit is about to be asked for, and is called off.
    const answer = /^The change is (rejected|cancelled)|ends as (rejected|cancelled)/.exec(winner);
    expect(answer?.slice(1)).toContain(phase);
    expect(loser).toMatch(/^refused: (MessageOutOfPlace|ChangeEnded)$/);
    expect(registered).toMatch(/^(refused: (MessageOutOfPlace|ChangeEnded|CommitUnderWay)|The registration stands)/);
    expect(cvm.commits).toHaveLength(0);
  });

  it('a pause, a resume and a cancellation leave one truth', async () => {
    const { cvm, change } = await waiting();
    const answers = await inOneInstant(() =>
      Promise.all([told(change, 'pause'), told(change, 'resume'), told(change, 'pause'), told(change, 'cancel')]),
    );
    expect(answers[3]).toContain('The change is cancelled.');
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(cvm.commits).toHaveLength(0);
  });

  it('the same message twice is taken up once', async () => {
    const { change } = await waiting();
    const answers = await inOneInstant(() => Promise.all([told(change, 'cancel'), told(change, 'cancel')]));
    expect(answers.toSorted()).toEqual([
      expect.stringContaining('The change is cancelled.'),
      expect.stringMatching(/^refused: (MessageOutOfPlace|ChangeEnded)$/),
    ]);
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
  });

  it('the registration twice carries the change to one commit', async () => {
    const { cvm, change, status } = await waiting();
    const transactionHash = await rig.signAndExecute(status);
    await inOneInstant(() =>
      Promise.all(Array.from({ length: 5 }, () => told(change, 'registered', { transactionHash }))),
    );
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('messages before the first moment of a change', () => {
  it('a cancellation ends it before it has asked the API for anything', async () => {
    const cvm = await rig.addCvm('safe');
    await rig.stopWorkers();
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const sent = told(change, 'cancel');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await rig.startWorkers();
    expect(await sent).toContain('The change is cancelled.');
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    const asked = rig.cloud.simulator.ledger.requests.filter(({ cvmId }) => cvmId === cvm.vmUuid);
    expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
