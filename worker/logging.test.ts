import { describe, expect, it } from 'vitest';
import { createLog, temporalLogger } from './logging.js';

function capture() {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    secrets: ['phak_live', '0xownerkey'],
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, lines };
}

describe('the log', () => {
  it('writes no secret, in whichever field, text or error it stands', () => {
    const { log, lines } = capture();
    log.info({ apiKey: 'other-secret', nested: { token: 'prep_abc', deep: { secret: 'xyz' } } }, 'configured');
    log.warn({ url: 'https://x/?key=phak_live' }, 'sent phak_live');
    log.error({ err: new Error('signing with 0xownerkey failed') }, 'failed');
    const all = lines.join('');
    for (const secret of ['other-secret', 'prep_abc', 'xyz', 'phak_live', '0xownerkey'])
      expect(all).not.toContain(secret);
    expect(all).toContain('[redacted]');
  });

  it('takes what Temporal writes, at its level', () => {
    const { log, lines } = capture();
    const logger = temporalLogger(log);
    logger.debug('left out');
    logger.info('kept', { workflowId: 'cvm-1' });
    logger.log('ERROR', 'bad', {});
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', msg: 'kept', workflowId: 'cvm-1' },
      { level: 'error', msg: 'bad' },
    ]);
  });
});
