import { privateKeyToAccount } from 'viem/accounts';
import { deploymentCall } from '../../chain/deployment/deploymentCall.js';
import type { OwnedDeployment } from '../../chain/deployment/deployedApp.js';
import { entriesOf } from '../../chain/entries.js';
import { registrationCalls } from '../../chain/registrationCalls.js';
import { safeTransactionFor } from '../../chain/safe/safeTransaction.js';
import { signSafeTransaction } from '../../chain/safe/signTransaction.js';
import { safeTransactionHash } from '../../chain/safe/safeTransactionHash.js';
import { transactionBuilderFile } from '../../chain/safe/transactionBuilderFile.js';
import { executeCall, operationId, scheduleCall } from '../../chain/timelock/operation.js';
import { newDocument, updatedDocument } from '../../model/composeDocument.js';
import { addressSchema, composeHashSchema, deviceIdSchema, type Hex } from '../../model/hex.js';
import type { AllowListChange, ContractCall, Expectation, RegistrationCall } from '../../model/registration.js';
import { recomputeComposeHash } from '../../phala/recomputeComposeHash.js';

const address = (digit: string) => addressSchema.parse(digit.repeat(40));
const bytes32 = (digit: string) => digit.repeat(64);

const app = address('a');
const owner = address('5');
const chainId = 8453;
const contract = { chainId, address: app };
const deviceId = deviceIdSchema.parse(bytes32('d'));
const salt = `0x${bytes32('7')}` as Hex;
const signingKey = `0x${bytes32('1')}` as const;
const signer = addressSchema.parse(privateKeyToAccount(signingKey).address);
const safeState = { version: '1.4.1', threshold: 2, owners: [signer, address('2'), address('3')], nonce: 7 };
const words = { title: 'Update of my-app', description: 'a release' };

const composeFile = 'services:\n  web:\n    image: nginx:1.28\n';
const update = { dockerComposeFile: composeFile, allowedEnvs: ['TOKEN'], publicLogs: false };
const baseDocument = newDocument({
  name: 'my-app',
  compose: { dockerComposeFile: 'services:\n  web:\n    image: nginx:1.27\n', preLaunchScript: 'echo hello\n' },
});
const document = updatedDocument(baseDocument, update);
const composeHash = recomputeComposeHash(document);

const admission = (device: typeof deviceId | null): Expectation => ({
  kind: 'admission',
  contract,
  composeHash,
  deviceId: device,
});

const multiSend = addressSchema.parse('9641d764fc13c8b624c04430c7356c1c7c8102e2');

async function safeOf(calls: readonly ContractCall[], safe = owner) {
  const { nonce } = safeState;
  const transaction = safeTransactionFor(calls, { nonce, multiSend });
  if (transaction === null) throw new Error('There is nothing to sign.');
  return {
    ...safeState,
    address: safe,
    transaction,
    transactionHash: safeTransactionHash({ chainId, safe, transaction }),
    signatures: [
      {
        ...(await signSafeTransaction(signingKey, { chainId, safe, transaction })),
        kind: 'key',
        by: 'alice',
        at: 'now',
      },
    ],
    queueUrl: null,
    batchFile: transactionBuilderFile(calls, { chainId, safe, ...words, createdAt: 0 }),
  };
}

const callsOf = (expectation: Expectation): readonly RegistrationCall[] =>
  expectation.kind === 'deployment'
    ? [deploymentCall(expectation as OwnedDeployment)] // The one below has its owner.
    : registrationCalls(app, entriesOf(expectation));

/** What every export has, around the part that is checked. */
const context = {
  format: 'countersign-proposal/1',
  change: 'cvm-6f1c2d3e-0000-4000-8000-000000000000',
  runId: 'run',
  phase: 'awaitingRegistration',
  cvmId: '6f1c2d3e-0000-4000-8000-000000000000',
  cvmName: 'my-app',
  appId: app,
  requestedBy: 'alice',
  reason: 'a release',
  missing: null,
  changes: ['compose file: changed'],
  hashCheck: 'matched',
  pendingOwner: null,
  registrar: 'safe',
  owner,
  fromBlock: 100,
  request: { requestedBy: 'alice' },
  base: null,
  document: null,
  composeHash: null,
};

const ofUpdate = {
  ...context,
  kind: 'update',
  request: { ...context.request, cvmId: context.cvmId, update },
  base: { composeHash: recomputeComposeHash(baseDocument), document: baseDocument, machine: { vcpu: 2 } },
  document,
  composeHash,
};

const throughSafe = async (expectation: Expectation) => {
  const calls = callsOf(expectation);
  return { expectation, calls, safe: await safeOf(calls) };
};

async function throughTimelock(expectation: Expectation, delaySeconds: number) {
  const calls = callsOf(expectation);
  const [schedule, execute] = [scheduleCall(owner, calls, salt, delaySeconds), executeCall(owner, calls, salt)];
  const proposer = address('6');
  const proposal = await safeOf([schedule], proposer);
  return {
    expectation,
    calls,
    safe: null,
    registrar: 'timelock',
    timelock: {
      address: owner,
      operation: { id: operationId(calls, salt), state: 'unscheduled', readyAt: null },
      salt,
      delaySeconds,
      schedule: { call: schedule, by: [proposer], safe: proposal },
      execution: { call: execute, by: 'anyone', safe: null },
    },
  };
}

const deployment: Expectation = {
  kind: 'deployment',
  kms: { chainId, address: address('b') },
  owner,
  composeHash,
  deviceId,
};
const provisioned = { dockerComposeFile: composeFile, preLaunchScript: 'echo hello\n' };
const provisionedDocument = newDocument({ name: 'new-app', compose: { ...provisioned, allowedEnvs: ['TOKEN'] } });
const provisionedHash = recomputeComposeHash(provisionedDocument);

const allowList: AllowListChange = {
  kind: 'allowList',
  contract,
  entries: [
    { list: 'devices', deviceId, allowed: true },
    { list: 'composeHashes', composeHash: composeHashSchema.parse(bytes32('c')), allowed: false },
    { list: 'anyDevice', allowed: false },
  ],
};

/** Exports as the engine makes them, by its own code, for each kind of change and of owner. */
export const exportedProposals = {
  'an update through a Safe': { ...ofUpdate, ...(await throughSafe(admission(null))) },
  'an update through a Safe, device and hash': { ...ofUpdate, ...(await throughSafe(admission(deviceId))) },
  'an update through a timelock': { ...ofUpdate, ...(await throughTimelock(admission(null), 3_600)) },
  'an update through a timelock, device and hash': {
    ...ofUpdate,
    ...(await throughTimelock(admission(deviceId), 3_600)),
  },
  'an update by a key': { ...ofUpdate, ...(await throughSafe(admission(null))), safe: null, registrar: 'external' },
  'a replica': { ...context, kind: 'replicate', document, composeHash, ...(await throughSafe(admission(deviceId))) },
  'a new CVM': {
    ...context,
    kind: 'provision',
    appId: null,
    request: { ...context.request, name: 'new-app', owner, compose: provisioned, env: { names: ['TOKEN'] } },
    document: provisionedDocument,
    composeHash: provisionedHash,
    ...(await throughSafe({ ...deployment, composeHash: provisionedHash })),
  },
  'a change of allow-lists': {
    ...context,
    kind: 'allowlist',
    hashCheck: null,
    request: {
      ...context.request,
      appId: app,
      steps: [
        { action: 'addDevice', device: { deviceId } },
        { action: 'removeComposeHash', composeHash: `0x${bytes32('c')}` },
        { action: 'setAllowAnyDevice', allowed: false },
      ],
    },
    ...(await throughSafe(allowList)),
  },
} as const satisfies Record<string, object>;
