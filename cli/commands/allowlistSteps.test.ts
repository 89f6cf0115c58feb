import { describe, expect, it } from 'vitest';
import { readInput } from '../../client/readInput.js';
import { UsageError } from '../usageError.js';
import { readSteps } from './allowlistSteps.js';

const device = (digit: string): string => `0x${digit.repeat(64)}`;

describe('the steps of an allow-list change', () => {
  it('are read from every option, what is added before what is taken away', () => {
    const steps = readSteps({
      removeComposeHash: [device('c')],
      removeDevice: [device('b')],
      removeNode: ['prod5'],
      addNode: ['prod6', '7'],
      addDevice: [device('a')],
      disallowAnyDevice: true,
    });
    expect(steps).toEqual([
      { action: 'addDevice', device: { deviceId: device('a') } },
      { action: 'addDevice', device: { node: 'prod6' } },
      { action: 'addDevice', device: { node: 7 } },
      { action: 'removeDevice', device: { deviceId: device('b') } },
      { action: 'removeDevice', device: { node: 'prod5' } },
      { action: 'removeComposeHash', composeHash: device('c') },
      { action: 'setAllowAnyDevice', allowed: false },
    ]);
    const appId = `0x${'ab'.repeat(20)}`;
    expect(readInput('allowlist', { appId, steps, requestedBy: 'test' }).steps).toEqual(steps);
  });

  it('may be that any device will do', () => {
    expect(readSteps({ allowAnyDevice: true })).toEqual([{ action: 'setAllowAnyDevice', allowed: true }]);
  });

  it('are refused where there are none', () => {
    expect(() => readSteps({})).toThrow(UsageError);
  });
});
