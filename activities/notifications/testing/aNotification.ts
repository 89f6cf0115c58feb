import { cvmIdSchema } from '../../../model/cvmId.js';
import { addressSchema, composeHashSchema, safeTransactionHashSchema } from '../../../model/hex.js';
import type { Notification } from '../../../model/notification.js';

const owner = addressSchema.parse('5a'.repeat(20));
const contract = addressSchema.parse('12'.repeat(20));
export const composeHash = composeHashSchema.parse('ab'.repeat(32));

/** A change that waits for a Safe, with differences. */
export const aNotification = (differences: Partial<Notification> = {}): Notification => ({
  deliveryId: '0199b0c2-0000-7000-8000-000000000000/1',
  event: 'awaitingRegistration',
  occurredAt: '2026-12-01T12:00:00.000Z',
  change: 'cvm-6f1c2d3e-0000-4000-8000-000000000000',
  runId: '0199b0c2-0000-7000-8000-000000000000',
  kind: 'update',
  phase: 'awaitingRegistration',
  paused: false,
  held: false,
  cvmId: cvmIdSchema.parse('6f1c2d3e-0000-4000-8000-000000000000'),
  cvmName: 'my-app',
  appId: contract,
  composeHash,
  previousComposeHash: null,
  baseComposeHash: composeHashSchema.parse('cd'.repeat(32)),
  hashCheck: 'matched',
  awaiting: `2 of 3 owners of the Safe ${owner} sign and execute addComposeHash(${composeHash})`,
  registration: {
    registrar: 'safe',
    owner,
    chainId: 8453,
    contract,
    calls: [`addComposeHash(${composeHash})`],
    safe: {
      address: owner,
      threshold: 2,
      owners: 3,
      transactionHash: safeTransactionHashSchema.parse('ef'.repeat(32)),
      queueUrl: `https://app.safe.global/transactions/queue?safe=base:${owner}`,
    },
  },
  blocked: null,
  outcome: null,
  transactionHash: null,
  requestedBy: 'deploy-bot',
  reason: 'release 1.4',
  deadline: '2026-12-31T12:00:00.000Z',
  tokenExpiresAt: '2026-12-15T12:00:00.000Z',
  ...differences,
});
