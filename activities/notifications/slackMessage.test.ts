import { describe, expect, it } from 'vitest';
import type { Notification } from '../../model/notification.js';
import { bodyOf } from './body.js';
import { slackMessageOf } from './slackMessage.js';
import { aNotification, composeHash } from './testing/aNotification.js';

const page = 'https://temporal.example/namespaces/default/workflows/cvm-1/run/history?a=1&b=2';
const message = (differences: Partial<Notification> = {}) => slackMessageOf(bodyOf(aNotification(differences), page));

/** Every text of a message, with the limit that Slack sets it. */
function texts({ text, blocks }: ReturnType<typeof message>): readonly [text: string, limit: number][] {
  return [
    [text, 4_000],
    ...blocks.flatMap((block): [string, number][] => {
      if (block.type === 'header') return [[block.text.text, 150]];
      if (block.type === 'context') return block.elements.map((element) => [element.text, 3_000]);
      if ('fields' in block) return block.fields.map((field) => [field.text, 2_000]);
      return [[block.text.text, 3_000]];
    }),
  ];
}

describe('a notification as a message in Slack', () => {
  it('says what happened, the hash, who has to sign, until when, what to type, and where to look', () => {
    const all = texts(message())
      .map(([text]) => text)
      .join('\n');
    expect(message().blocks[0]).toMatchObject({ text: { text: 'Update of my-app: waits for its registration' } });
    expect(all).toContain(`\`${composeHash}\``);
    expect(all).toContain('2 of 3');
    expect(all).toContain('<!date^1798718400^{date_short_pretty} {time}|2026-12-31T12:00:00.000Z>');
    expect(all).toContain('countersign proposal cvm-6f1c2d3e');
    expect(all).toContain('|Safe>');
    expect(all).toContain('history?a=1&amp;b=2|Temporal>');
  });

  it('stays within Slack’s limits, whatever people wrote', () => {
    for (const filler of ['x', '&', '<', '`', '\u{1f512}']) {
      const long = filler.repeat(6_000);
      const full = message({ reason: long, requestedBy: long, awaiting: long, cvmName: long, outcome: long });
      for (const [text, limit] of texts(full)) expect(text.length).toBeLessThanOrEqual(limit);
      const blocks = full.blocks.filter((block) => 'fields' in block);
      for (const block of blocks) expect('fields' in block && block.fields.length).toBeLessThanOrEqual(10);
      // No entity is cut through.
      expect(full.text.replaceAll(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
    }
  });

  it('lets nobody be mentioned, and nothing be linked to, by what people wrote', () => {
    const evil = '<!channel> <@U123> <https://evil.example|click> & more';
    const all = texts(message({ reason: evil, requestedBy: evil, awaiting: evil }))
      .filter(([, limit]) => limit !== 150)
      .map(([text]) => text)
      .join('\n');
    expect(all).toContain('&lt;!channel&gt; &lt;@U123&gt;');
    expect(all.match(/<(?!!date\^|https:\/\/(temporal\.example|app\.safe\.global)\/)/g)).toBeNull();
  });
});
