import { describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** Milliseconds between the first two requests for a CVM, where the first one is turned away so. */
async function pauseAfter(retryAfter: () => string, times = 1): Promise<readonly number[]> {
  const cvm = await rig.addCvm('none');
  const { faults, ledger } = rig.cloud.simulator;
  let header = '';
  faults.add({
    endpoint: 'getCvm',
    cvm: cvm.vmUuid,
    times,
    // Made when it is needed: a date is one of the present.
    when: () => {
      header = retryAfter();
      return true;
    },
    what: {
      kind: 'answer',
      status: 429,
      headers: {
        get 'retry-after'() {
          return header;
        },
      },
    },
  });
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  expect(await change.result()).toMatchObject({ phase: 'completed' });
  expect(cvm.commits).toHaveLength(1);
  const asked = ledger.requests.filter(({ endpoint, cvmId }) => endpoint === 'getCvm' && cvmId === cvm.vmUuid);
  return asked.slice(0, times + 1).flatMap(({ at }, index) => {
    const next = asked[index + 1];
    return next && index < times ? [next.at.getTime() - at.getTime()] : [];
  });
}

describe.concurrent('an overloaded API', () => {
  it('that says in seconds when to come back is not asked before', async () => {
    const [pause = 0] = await pauseAfter(() => '3');
    expect(pause).toBeGreaterThanOrEqual(2_900);
    expect(pause).toBeLessThan(10_000);
  });

  it('that says by a date when to come back is not asked before', async () => {
    const [pause = 0] = await pauseAfter(() => new Date(Date.now() + 4_000).toUTCString());
    // A date has no parts of a second.
    expect(pause).toBeGreaterThanOrEqual(2_900);
    expect(pause).toBeLessThan(10_000);
  });

  it.each([
    ['at once', () => '0'],
    ['at a time that has passed', () => new Date(Date.now() - 600_000).toUTCString()],
    ['in words', () => 'soon'],
  ])('that says “%s” is given more and more time all the same', async (_when, header) => {
    const pauses = await pauseAfter(header, 3);
    expect(pauses).toHaveLength(3);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(900);
    expect(pauses[2]).toBeGreaterThan(pauses[0] ?? 0);
  });
});
