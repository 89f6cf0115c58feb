import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../model/environment.js';
import { readConfig } from './config.js';

const secret = 'whsec_0123456789abcdef';

describe('the configuration of the gateway', () => {
  it('has a default for everything but the secrets, and adopts nothing unless it is told to', () => {
    expect(readConfig({ COUNTERSIGN_PHALA_WEBHOOK_SECRETS: secret, COUNTERSIGN_ADOPT: '' })).toEqual({
      taskQueue: 'countersign',
      address: { host: '127.0.0.1', port: 8090 },
      phalaSecrets: [secret],
      adopt: 'none',
      safeSecrets: [],
      logLevel: 'info',
    });
  });

  it.each([
    ['all', 'all'],
    ['none', 'none'],
    ['my-team', ['my-team']],
    [' my-team, other-team ,', ['my-team', 'other-team']],
  ])('adopts as COUNTERSIGN_ADOPT=%s says', (text, adopt) => {
    expect(readConfig({ COUNTERSIGN_PHALA_WEBHOOK_SECRETS: secret, COUNTERSIGN_ADOPT: text }).adopt).toEqual(adopt);
  });

  it('takes several secrets', () => {
    const config = readConfig({ COUNTERSIGN_PHALA_WEBHOOK_SECRETS: `${secret}, ${secret}-2` });
    expect(config.phalaSecrets).toEqual([secret, `${secret}-2`]);
  });

  it.each([
    ['COUNTERSIGN_PHALA_WEBHOOK_SECRETS', {}],
    ['COUNTERSIGN_PHALA_WEBHOOK_SECRETS', { COUNTERSIGN_PHALA_WEBHOOK_SECRETS: ' , ' }],
    ['COUNTERSIGN_PHALA_WEBHOOK_SECRETS.1', { COUNTERSIGN_PHALA_WEBHOOK_SECRETS: `${secret},short` }],
    ['COUNTERSIGN_ADOPT', { COUNTERSIGN_PHALA_WEBHOOK_SECRETS: secret, COUNTERSIGN_ADOPT: 'all,my-team' }],
    ['COUNTERSIGN_GATEWAY_ADDRESS', { COUNTERSIGN_PHALA_WEBHOOK_SECRETS: secret, COUNTERSIGN_GATEWAY_ADDRESS: '80' }],
  ])('is refused by the name of %s, and repeats no value', (name, environment) => {
    const read = () => readConfig(environment);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(/whsec_|short/);
  });
});
