import { afterAll, afterEach } from 'vitest';
import { type Rig, useRig } from '../rig/rig.js';
import { type ApiProxy, startApiProxy } from './proxy.js';

/** A rig whose workers reach the API through a network that a test can disturb, for all tests of a file. */
export interface ProxiedRig {
  readonly rig: Rig;
  /** What becomes of requests from now on, to the end of the test. */
  carry(how: ApiProxy['carry']): void;
}

export function useProxiedRig(): ProxiedRig {
  let proxy: ApiProxy;
  const rig = useRig({
    async phalaUrl({ simulator }) {
      proxy = await startApiProxy(simulator.url);
      return proxy.url;
    },
  });
  const carry = (how: ApiProxy['carry']): void => {
    proxy.carry = how;
  };
  afterEach(() => carry((_, deliver) => deliver()));
  afterAll(() => proxy.stop());
  return { rig, carry };
}
