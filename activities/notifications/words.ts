import type { ChangeKind } from '../../model/kinds.js';
import type { Notification } from '../../model/notification.js';

const titles: Readonly<Record<ChangeKind, (name: string) => string>> = {
  update: (name) => `Update of ${name}`,
  adopt: (name) => `Update of ${name}`,
  replicate: (name) => `Replica of ${name}`,
  provision: (name) => `New CVM ${name}`,
  allowlist: (name) => `Allow-lists of app ${name}`,
};

/** What is changed: "Update of my-app". */
export function titleOf({ kind, cvmName, cvmId, appId, change }: Notification): string {
  const name = kind === 'allowlist' ? appId : (cvmName ?? cvmId);
  return titles[kind](name ?? change);
}

/** What a notification says, in a sentence or two for people. */
export function sentenceOf(notification: Notification): string {
  const { kind, event, phase, held, awaiting, outcome, blocked, deadline, tokenExpiresAt, previousComposeHash } =
    notification;
  const title = titleOf(notification);
  const waits = awaiting === null ? '' : ` Awaited: ${stop(awaiting)}`;
  switch (event) {
    case 'awaitingRegistration': {
      const instead = previousComposeHash ? ` It takes the place of ${previousComposeHash}, which does not serve.` : '';
      return `${title} waits for its registration on chain.${instead}${waits}`;
    }
    case 'blocked':
      return `${title} is blocked: ${stop(blocked?.message ?? '')} To do: ${stop(blocked?.remedy ?? '')}`;
    case 'paused':
      return `${title} is paused before its commit, and waits for a resume.`;
    case 'operationMoved':
      return `${title}: ${stop(awaiting ?? phase)}`;
    case 'reminder':
      if (blocked) return `${title} is still blocked: ${stop(blocked.message)} To do: ${stop(blocked.remedy)}`;
      return held ? `${title} is still paused before its commit.` : `${title} still waits.${waits}`;
    case 'deadlineNear':
      return `${title} expires at ${deadline} if nothing happens.${waits}`;
    case 'tokenExpiring':
      if (kind === 'adopt') {
        return `The commit token that ${title} was given expires at about ${tokenExpiresAt}. After that the same update has to be prepared again, and its token be given; nobody signs twice.${waits}`;
      }
      return `The commit token of ${title} expires at about ${tokenExpiresAt}. Nobody has to do anything about that: the change is prepared again when it is registered, and the same hash needs no second signature.${waits}`;
    case 'completed':
    case 'rejected':
    case 'cancelled':
    case 'expired':
    case 'failed':
      return `${title} is ${event}${outcome ? `: ${stop(outcome)}` : '.'}`;
    case 'preparing':
    case 'verifying':
    case 'committing':
    case 'applying':
      return `${title} is ${event}.${waits}`;
  }
}

/** The commands that carry the change on, most likely first. Empty where nobody has to type one. */
export function commandsOf(notification: Notification): readonly string[] {
  const { change, event, phase, held, registration } = notification;
  const command = (name: string, options = ''): string => `countersign ${name} ${change}${options}`;
  const extend = event === 'deadlineNear' ? [command('extend', ' --deadline 7d')] : [];
  if (phase === 'blocked') return [command('retry'), command('cancel'), ...extend];
  if (held) return [command('resume'), ...extend];
  if (phase === 'failed') return [command('show')];
  if (phase !== 'awaitingRegistration') return [];
  if (registration?.registrar === 'ownerKey') return [...extend, command('show')];
  return [command('proposal'), command('registered', ' --transaction-hash 0x…'), command('reject'), ...extend];
}

/** A sentence with a full stop at its end. */
const stop = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
