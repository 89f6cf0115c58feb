import { describe, expect, it } from 'vitest';
import { readComposeFields, readMachineFields } from './vmFields.js';

describe('the fields of a CVM', () => {
  it('are absent where nothing is said of them', async () => {
    expect(await readComposeFields({})).toEqual({});
    expect(await readMachineFields({})).toEqual({});
  });

  it('are told by yes, no, names with commas, and numbers', async () => {
    expect(await readComposeFields({ publicLogs: 'no', publicTcbinfo: 'yes', allowedEnvs: 'A, B' })).toEqual({
      publicLogs: false,
      publicTcbinfo: true,
      allowedEnvs: ['A', 'B'],
    });
    expect(await readMachineFields({ vcpu: 4, diskSize: 60 })).toEqual({ vcpu: 4, diskSize: 60 });
  });

  it('take GPU slots by their PCI address, with or without a product', async () => {
    const gpu = ['0000:41:00.0', '0000:42:00.0=H100'];
    expect(await readMachineFields({ gpu, gpuAttachMode: 'listed' })).toEqual({
      gpus: {
        gpus: [{ slot: '0000:41:00.0' }, { slot: '0000:42:00.0', productId: 'H100' }],
        attachMode: 'listed',
      },
    });
  });
});
