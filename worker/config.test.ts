import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../model/environment.js';
import { readConfig } from './config.js';

const key = Buffer.alloc(32, 7).toString('base64');
const ownerKey = `0x${'ab'.repeat(32)}`;
const complete = {
  PHALA_CLOUD_API_KEY: 'phak_1',
  COUNTERSIGN_RPC_URL_8453: 'https://a.example, https://b.example',
  COUNTERSIGN_RPC_URL_1: 'http://127.0.0.1:8545',
  COUNTERSIGN_MULTISEND_8453: `0x${'CD'.repeat(20)}`,
  COUNTERSIGN_OWNER_KEY: ownerKey,
  COUNTERSIGN_SEAL_KEYS: `new:${key},old:${key}`,
  COUNTERSIGN_HEALTH_ADDRESS: '[::1]:8080',
};

const chain = { COUNTERSIGN_RPC_URL_8453: 'https://a.example' };
const service = { ...chain, COUNTERSIGN_SAFE_SERVICE_URL_8453: 'https://safe.example/tx-service/base/api' };
const signed = { COUNTERSIGN_NOTIFY_SECRET: 'a secret of sixteen characters' };

function problem(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('expected a ConfigurationError');
}

describe('the configuration of a worker', () => {
  it('is read from its environment', () => {
    const config = readConfig(complete);
    expect(config).toMatchObject({
      production: false,
      taskQueue: 'countersign',
      phala: { baseUrl: 'https://cloud-api.phala.com/api/v1', apiKey: 'phak_1', activitiesPerSecond: 10 },
      ownerKey: { privateKey: ownerKey },
      ownerKeyFile: null,
      fees: { ceiling: 500_000_000_000n, patience: 60_000 },
      healthAddress: { host: '::1', port: 8080 },
      metricsAddress: null,
    });
    expect(config.rpcUrls.get(8453)).toEqual(['https://a.example', 'https://b.example']);
    expect(config.multiSends).toEqual(new Map([[8453, `0x${'cd'.repeat(20)}`]]));
    expect(config.sealKeys?.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(config.sealKeys?.[0].secret).toHaveLength(32);
  });

  it('says which queues of Safes are used, and with which keys', () => {
    const of = (more: Record<string, string>) => readConfig({ PHALA_CLOUD_API_KEY: 'k', ...more }).safeServices;
    expect(of({})).toEqual({ urls: new Map(), apiKey: null, proposerKey: null });
    expect(of(service)).toEqual({
      urls: new Map([[8453, 'https://safe.example/tx-service/base/api']]),
      apiKey: null,
      proposerKey: null,
    });
    const keys = { COUNTERSIGN_SAFE_SERVICE_KEY: 'a.b.c', COUNTERSIGN_SAFE_PROPOSER_KEY: ownerKey };
    expect(of({ ...service, ...keys })).toMatchObject({ apiKey: 'a.b.c', proposerKey: ownerKey });
  });

  it('says of what is told, how, and when people are reminded', () => {
    const notify = { COUNTERSIGN_NOTIFY_URL: 'https://a.example/hook' };
    const of = (more: Record<string, string>) =>
      readConfig({ PHALA_CLOUD_API_KEY: 'k', ...notify, ...more }).notifications;
    const [hour, day] = [3_600_000, 86_400_000];
    expect(of(signed)).toEqual({
      url: 'https://a.example/hook',
      secret: signed.COUNTERSIGN_NOTIFY_SECRET,
      format: 'json',
      announced: ['awaitingRegistration', 'blocked', 'paused'],
      schedule: {
        reminders: [day, 2 * day, 7 * day],
        beforeDeadline: [3 * day, day, 4 * hour],
        beforeTokenExpiry: [day],
      },
      temporalUi: null,
    });
    const slack = of({
      COUNTERSIGN_NOTIFY_FORMAT: 'slack',
      COUNTERSIGN_NOTIFY_ON: 'none',
      COUNTERSIGN_NOTIFY_REMINDERS: 'none',
      COUNTERSIGN_NOTIFY_BEFORE_DEADLINE: '36h, 1h',
    });
    expect(slack).toMatchObject({ format: 'slack', secret: null, announced: [] });
    expect(slack?.schedule).toMatchObject({ reminders: [], beforeDeadline: [36 * hour, hour] });
  });

  it('watches each second, as often as it is told, or not at all', () => {
    const intervalOf = (seconds: string) =>
      readConfig({ ...complete, COUNTERSIGN_WATCH_INTERVAL: seconds }).watchInterval;
    expect(['', '0.5', '60', '0'].map(intervalOf)).toEqual([1_000, 500, 60_000, null]);
  });

  it('takes a variable that is set to nothing as one that is not set', () => {
    expect(
      readConfig({ PHALA_CLOUD_API_KEY: 'k', PHALA_CLOUD_API_PREFIX: '', COUNTERSIGN_OWNER_KEY: '' }).ownerKey,
    ).toBeNull();
  });

  it('takes the owner key from a signer, or from a file', () => {
    const signer = { PHALA_CLOUD_API_KEY: 'k', COUNTERSIGN_OWNER_SIGNER_URL: 'http://signer:9000' };
    const address = `0x${'cd'.repeat(20)}`;
    expect(readConfig(signer).ownerKey).toEqual({ signerUrl: 'http://signer:9000', address: null });
    expect(readConfig({ ...signer, COUNTERSIGN_OWNER_ADDRESS: address }).ownerKey).toMatchObject({ address });
    expect(readConfig({ PHALA_CLOUD_API_KEY: 'k', COUNTERSIGN_OWNER_KEY_FILE: '/run/key' })).toMatchObject({
      ownerKey: null,
      ownerKeyFile: '/run/key',
    });
  });

  it.each([
    [{ COUNTERSIGN_OWNER_KEY: ownerKey, COUNTERSIGN_OWNER_KEY_FILE: '/run/key' }],
    [{ COUNTERSIGN_OWNER_KEY_FILE: '/run/key', COUNTERSIGN_OWNER_SIGNER_URL: 'http://signer:9000' }],
    [{ COUNTERSIGN_OWNER_ADDRESS: `0x${'cd'.repeat(20)}` }],
  ])('names every variable of an owner key that contradicts itself: %o', (environment: Record<string, string>) => {
    const message = problem({ PHALA_CLOUD_API_KEY: 'k', ...environment });
    for (const name of Object.keys(environment)) expect(message).toContain(name);
    expect(message).not.toContain(ownerKey);
  });

  it.each([
    ['PHALA_CLOUD_API_KEY', {}],
    ['PHALA_CLOUD_API_PREFIX', { PHALA_CLOUD_API_PREFIX: 'cloud-api.phala.com' }],
    ['COUNTERSIGN_RPC_URL_8453', { COUNTERSIGN_RPC_URL_8453: 'wss://a.example' }],
    ['COUNTERSIGN_OWNER_KEY', { COUNTERSIGN_OWNER_KEY: 'ab'.repeat(32) }],
    ['COUNTERSIGN_RELAYER_KEY', { COUNTERSIGN_RELAYER_KEY: 'ab'.repeat(32) }],
    ['COUNTERSIGN_MULTISEND_8453', { COUNTERSIGN_MULTISEND_8453: 'hello' }],
    ['COUNTERSIGN_SAFE_SERVICE_URL_8453', { ...chain, COUNTERSIGN_SAFE_SERVICE_URL_8453: 'api.safe.global' }],
    ['COUNTERSIGN_SAFE_SERVICE_URL_8453', { ...chain, COUNTERSIGN_SAFE_SERVICE_URL_8453: 'https://safe.example' }],
    ['COUNTERSIGN_SAFE_SERVICE_URL_8453', { ...chain, COUNTERSIGN_SAFE_SERVICE_URL_8453: 'https://a:b@s.example/api' }],
    ['COUNTERSIGN_RPC_URL_8453', { COUNTERSIGN_SAFE_SERVICE_URL_8453: 'https://safe.example/api' }],
    ['COUNTERSIGN_SAFE_SERVICE_KEY', { COUNTERSIGN_SAFE_SERVICE_KEY: 'key' }],
    ['COUNTERSIGN_SAFE_SERVICE_KEY', { ...service, COUNTERSIGN_SAFE_SERVICE_KEY: 'two words' }],
    ['COUNTERSIGN_SAFE_PROPOSER_KEY', { COUNTERSIGN_SAFE_PROPOSER_KEY: ownerKey }],
    ['COUNTERSIGN_SAFE_PROPOSER_KEY', { ...service, COUNTERSIGN_SAFE_PROPOSER_KEY: 'ab'.repeat(32) }],
    ['COUNTERSIGN_OWNER_SIGNER_URL', { COUNTERSIGN_OWNER_SIGNER_URL: 'signer:9000' }],
    ['COUNTERSIGN_MAX_FEE_GWEI', { COUNTERSIGN_MAX_FEE_GWEI: 'much' }],
    ['COUNTERSIGN_FEE_BUMP_SECONDS', { COUNTERSIGN_FEE_BUMP_SECONDS: '0' }],
    ['COUNTERSIGN_SEAL_KEYS', { COUNTERSIGN_SEAL_KEYS: 'k1:short' }],
    ['COUNTERSIGN_SEAL_KEYS', { NODE_ENV: 'production' }],
    ['COUNTERSIGN_NOTIFY_SECRET', { COUNTERSIGN_NOTIFY_URL: 'https://a.example' }],
    ['COUNTERSIGN_NOTIFY_URL', { COUNTERSIGN_NOTIFY_URL: 'a.example', ...signed }],
    ['COUNTERSIGN_NOTIFY_URL', { COUNTERSIGN_NOTIFY_URL: 'https://me:hunter2@a.example', ...signed }],
    ['COUNTERSIGN_NOTIFY_URL', { COUNTERSIGN_NOTIFY_FORMAT: 'slack', ...signed }],
    ['COUNTERSIGN_NOTIFY_FORMAT', { COUNTERSIGN_NOTIFY_FORMAT: 'xml' }],
    ['COUNTERSIGN_NOTIFY_ON', { COUNTERSIGN_NOTIFY_ON: 'blocked,completed' }],
    ['COUNTERSIGN_NOTIFY_REMINDERS', { COUNTERSIGN_NOTIFY_REMINDERS: '1 day, soon' }],
    ['COUNTERSIGN_NOTIFY_REMINDERS', { COUNTERSIGN_NOTIFY_REMINDERS: '0s' }],
    ['COUNTERSIGN_NOTIFY_BEFORE_DEADLINE', { COUNTERSIGN_NOTIFY_BEFORE_DEADLINE: '2y' }],
    ['COUNTERSIGN_TEMPORAL_UI', { COUNTERSIGN_TEMPORAL_UI: 'localhost:8233' }],
    ['COUNTERSIGN_HEALTH_ADDRESS', { COUNTERSIGN_HEALTH_ADDRESS: '8080' }],
    ['COUNTERSIGN_LOG_LEVEL', { COUNTERSIGN_LOG_LEVEL: 'loud' }],
    ['COUNTERSIGN_PHALA_RATE', { COUNTERSIGN_PHALA_RATE: 'fast' }],
    ['COUNTERSIGN_WATCH_INTERVAL', { COUNTERSIGN_WATCH_INTERVAL: 'often' }],
    ['COUNTERSIGN_WATCH_INTERVAL', { COUNTERSIGN_WATCH_INTERVAL: '0.01' }],
    ['COUNTERSIGN_WATCH_INTERVAL', { COUNTERSIGN_WATCH_INTERVAL: '61' }],
  ])('is refused with the variable named: %s', (variable, environment: Record<string, string>) => {
    const base = variable === 'PHALA_CLOUD_API_KEY' ? {} : { PHALA_CLOUD_API_KEY: 'k' };
    expect(problem({ ...base, ...environment })).toContain(variable);
  });

  it('names every variable at fault at once, and repeats no value', () => {
    const message = problem({ COUNTERSIGN_OWNER_KEY: 'hunter2', COUNTERSIGN_RPC_URL_1: 'hunter2' });
    expect(message).toContain('PHALA_CLOUD_API_KEY');
    expect(message).toContain('COUNTERSIGN_OWNER_KEY');
    expect(message).toContain('COUNTERSIGN_RPC_URL_1');
    expect(message).not.toContain('hunter2');
  });
});
