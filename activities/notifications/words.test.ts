import { describe, expect, it } from 'vitest';
import type { Notification } from '../../model/notification.js';
import { aNotification, composeHash } from './testing/aNotification.js';
import { commandsOf, sentenceOf, titleOf } from './words.js';

const blocked: Notification['blocked'] = {
  phase: 'committing',
  failure: 'PhalaUnauthorized',
  message: 'The Phala Cloud API answered 401: no',
  remedy: 'Give the worker a valid PHALA_CLOUD_API_KEY, then retry.',
  effect: 'none',
  since: '2026-12-01T12:00:00.000Z',
};

describe('the words of a notification', () => {
  it('name what is changed', () => {
    expect(titleOf(aNotification())).toBe('Update of my-app');
    expect(titleOf(aNotification({ kind: 'provision', cvmId: null }))).toBe('New CVM my-app');
    expect(titleOf(aNotification({ kind: 'allowlist', cvmName: null, cvmId: null }))).toContain('app 0x1212');
    expect(titleOf(aNotification({ cvmName: null, cvmId: null }))).toContain('cvm-6f1c2d3e');
  });

  it.each<[string, Partial<Notification>, RegExp]>([
    ['who has to act', {}, /waits for its registration on chain\. Awaited: 2 of 3 owners/],
    ['what takes the place of what', { previousComposeHash: composeHash }, /It takes the place of 0xabab/],
    [
      'why it is blocked, and the way out',
      { event: 'blocked', phase: 'blocked', blocked },
      /401: no\. To do: Give the/,
    ],
    ['that it is still blocked', { event: 'reminder', phase: 'blocked', blocked }, /still blocked: .* To do: Give/],
    ['that it still waits', { event: 'reminder' }, /still waits\. Awaited: 2 of 3/],
    ['that it is still paused', { event: 'reminder', paused: true, held: true }, /still paused before its/],
    ['that the deadline is near', { event: 'deadlineNear' }, /expires at 2026-12-31T12:00:00\.000Z if nothing/],
    ['that a token is no matter', { event: 'tokenExpiring' }, /at about 2026-12-15.* needs no second signature/],
    ['that a given token is one', { kind: 'adopt', event: 'tokenExpiring' }, /was given expires .* prepared again/],
    ['how it ended', { event: 'completed', outcome: 'The CVM runs 0xab.' }, /^Update of my-app is completed: The CVM/],
  ])('say %s', (_what, differences, expected) => {
    expect(sentenceOf(aNotification(differences))).toMatch(expected);
  });

  it.each<[Partial<Notification>, readonly string[]]>([
    [{}, ['proposal', 'registered', 'reject']],
    [{ event: 'deadlineNear' }, ['proposal', 'registered', 'reject', 'extend']],
    [{ event: 'blocked', phase: 'blocked', blocked }, ['retry', 'cancel']],
    [{ event: 'paused', paused: true, held: true }, ['resume']],
    [{ event: 'reminder', phase: 'awaitingRegistration', paused: true }, ['proposal', 'registered', 'reject']],
    [{ event: 'failed', phase: 'failed' }, ['show']],
    [{ event: 'completed', phase: 'completed' }, []],
  ])('name the commands to type: %j', (differences, names) => {
    const commands = commandsOf(aNotification(differences));
    expect(commands.map((line) => line.split(' ')[1])).toEqual(names);
    for (const line of commands) expect(line).toMatch(/^countersign \w+ cvm-6f1c2d3e-0000-4000-8000-000000000000/);
  });
});
