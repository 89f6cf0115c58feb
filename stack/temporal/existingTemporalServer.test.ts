import { expect, test } from 'vitest';
import { existingTemporalServer } from './existingTemporalServer.js';

test('TEMPORAL_ADDRESS names a server, in its default namespace unless another is named', () => {
  expect(existingTemporalServer({})).toBeUndefined();
  expect(existingTemporalServer({ TEMPORAL_ADDRESS: ' ' })).toBeUndefined();
  expect(existingTemporalServer({ TEMPORAL_ADDRESS: 'temporal:7233' })).toEqual({
    address: 'temporal:7233',
    namespace: 'default',
  });
  expect(existingTemporalServer({ TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'ours' })).toEqual({
    address: 'temporal:7233',
    namespace: 'ours',
  });
});
