import type { Notification } from '../../model/notification.js';
import type { NotificationBody } from './body.js';

type Text = { readonly type: 'mrkdwn' | 'plain_text'; readonly text: string };
type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text: Text }
  | { readonly type: 'section'; readonly fields: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] };

/** What one of Slack's incoming webhooks takes. */
export interface SlackMessage {
  /** For notifications of the device, and where blocks cannot be shown. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack's limits, in characters: a longer one and the whole message is refused (docs.slack.dev/reference/block-kit/blocks). */
const longest = { header: 150, section: 3_000, field: 2_000, text: 3_000 } as const;

const words: Partial<Readonly<Record<Notification['event'], string>>> = {
  awaitingRegistration: 'waits for its registration',
  reminder: 'still waits',
  deadlineNear: 'expires soon',
  tokenExpiring: 'its token expires soon',
  operationMoved: 'the timelock has moved on',
};

/** The body as a message in Slack. */
export function slackMessageOf(body: NotificationBody): SlackMessage {
  const { title, text, event, commands, id, links } = body;
  const name = event.replace('change.', '') as Notification['event']; // The type of `event` says so.
  const linked = [link('Safe', links.safeQueue), link('Temporal', links.temporal)].filter((part) => part !== null);
  const fields = factsOf(body);
  return {
    text: escaped(text, longest.text),
    blocks: [
      // Plain text: Slack takes it as it is.
      { type: 'header', text: { type: 'plain_text', text: cut(`${title}: ${words[name] ?? name}`, longest.header) } },
      { type: 'section', text: { type: 'mrkdwn', text: escaped(text, longest.section) } },
      ...(fields.length > 0 ? [{ type: 'section', fields } as const] : []),
      ...(commands.length > 0
        ? [{ type: 'section', text: { type: 'mrkdwn', text: preformatted(commands.join('\n')) } } as const]
        : []),
      { type: 'context', elements: [{ type: 'mrkdwn', text: [...linked, escaped(id, 200)].join(' · ') }] },
    ],
  };
}

/** Ten at the most. */
function factsOf(body: NotificationBody): readonly Text[] {
  const { change, composeHash, previousComposeHash, requestedBy, reason, deadline, outcome, registration } = body;
  const { safe } = registration ?? { safe: null };
  const facts: [string, string | null][] = [
    ['Change', code(change)],
    ['Requested by', escaped(requestedBy, 500)],
    ['Reason', reason && escaped(reason, 1_000)],
    ['Compose hash', code(composeHash)],
    ['In place of', code(previousComposeHash)],
    ['Owner', registration && `${code(registration.owner)} on chain ${registration.chainId}`],
    ['Signatures', safe && `${safe.threshold} of ${safe.owners}`],
    ['Safe transaction hash', code(safe?.transactionHash ?? null)],
    ['Deadline', outcome === null ? date(deadline) : null],
  ];
  return facts.flatMap(([name, value]) =>
    value ? [{ type: 'mrkdwn', text: `*${name}*\n${value}`.slice(0, longest.field) } as const] : [],
  );
}

/** In the reader's own zone; in UTC where it cannot be shown so. */
const date = (instant: string): string =>
  `<!date^${Math.floor(Date.parse(instant) / 1000)}^{date_short_pretty} {time}|${instant}>`;

const link = (label: string, url: string | null): string | null => url && `<${escaped(url, 1_000)}|${label}>`;

const code = (text: string | null): string | null => text && `\`${escaped(text, 200).replaceAll('`', "'")}\``;

const preformatted = (text: string): string =>
  `\`\`\`${escaped(text, longest.section - 6).replaceAll('```', "'''")}\`\`\``;

/** Slack's three characters. Without them no text can mention anybody, or link to anything. */
function escaped(text: string, length: number): string {
  const whole = withEntities(text);
  if (whole.length <= length) return whole;
  // Cut before it is escaped: half an entity would show.
  let end = length;
  while (withEntities(cut(text, end)).length > length) end -= Math.max(1, withEntities(cut(text, end)).length - length);
  return withEntities(cut(text, Math.max(end, 1)));
}

const withEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);
