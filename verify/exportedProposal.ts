import { z } from 'zod';
import { describeIssues } from '../model/readFields.js';

/** Hex of a fixed length, as the export writes it: lower case, with 0x. */
const bytes = (length: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-f]{${length * 2}}$`), `must be 0x and ${length * 2} lower-case hex digits`)
    // The type says what the pattern has just checked.
    .transform((text) => text as `0x${string}`);

const address = bytes(20);
const hash = bytes(32);
/** Calldata and signatures. */
const anyBytes = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/, 'must be bytes: 0x and lower-case hex digits')
  .transform((text) => text as `0x${string}`);

const contract = z.object({ chainId: z.int().positive(), address });

const entry = z.discriminatedUnion('list', [
  z.object({ list: z.literal('composeHashes'), composeHash: hash, allowed: z.boolean() }),
  z.object({ list: z.literal('devices'), deviceId: hash, allowed: z.boolean() }),
  z.object({ list: z.literal('anyDevice'), allowed: z.boolean() }),
]);

const expectation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('admission'), contract, composeHash: hash, deviceId: hash.nullable() }),
  z.object({
    kind: z.literal('deployment'),
    kms: contract,
    owner: address.nullable(),
    composeHash: hash,
    deviceId: hash.nullable(),
  }),
  z.object({ kind: z.literal('allowList'), contract, entries: z.array(entry) }),
]);

const call = z.object({
  method: z.string(),
  arguments: z.array(z.object({ name: z.string(), type: z.string(), value: z.string() })),
  to: address,
  data: anyBytes,
});

const safe = z.object({
  address,
  version: z.string(),
  threshold: z.int(),
  owners: z.array(address),
  nonce: z.int().nonnegative(),
  transaction: z
    .object({
      to: address,
      data: anyBytes,
      operation: z.enum(['call', 'delegateCall']),
      nonce: z.int().nonnegative(),
    })
    .nullish(),
  transactionHash: hash.nullable(),
  signatures: z
    .array(z.object({ owner: address, kind: z.enum(['key', 'contract', 'approval']), signature: anyBytes }))
    .default([]),
  queueUrl: z.string().nullable(),
  batchFile: z.string(),
});

const step = z.object({
  call,
  by: z.union([z.array(address), z.enum(['anyone', 'unknown'])]),
  safe: safe.nullable(),
});

const timelock = z.object({
  address,
  operation: z.object({
    id: hash,
    state: z.enum(['unscheduled', 'scheduled', 'ready', 'executed', 'cancelled']),
    readyAt: z.string().nullable(),
  }),
  salt: hash,
  delaySeconds: z.int().nonnegative(),
  schedule: step,
  execution: step,
});

const document = z.record(z.string(), z.unknown());

const exportedProposalSchema = z.object({
  format: z.literal('countersign-proposal/1', { error: 'must be countersign-proposal/1' }),
  change: z.string(),
  kind: z.enum(['update', 'adopt', 'replicate', 'provision', 'allowlist']),
  appId: address.nullable(),
  request: z.record(z.string(), z.unknown()),
  base: z.object({ composeHash: hash.nullable(), document: document.nullable() }).nullable(),
  document: document.nullable(),
  composeHash: hash.nullable(),
  hashCheck: z.enum(['matched', 'mismatched', 'notCheckable']).nullable(),
  owner: address,
  pendingOwner: address.nullable(),
  registrar: z.enum(['ownerKey', 'safe', 'timelock', 'external']),
  expectation,
  calls: z.array(call),
  safe: safe.nullable(),
  timelock: timelock.optional(),
});

/** What `countersign proposal --json` writes, as far as it is checked. */
export type ExportedProposal = z.output<typeof exportedProposalSchema>;
export type ExportedCall = ExportedProposal['calls'][number];
export type ExportedSafe = NonNullable<ExportedProposal['safe']>;
export type ExportedTimelock = NonNullable<ExportedProposal['timelock']>;

/** Thrown where a text is no exported proposal: nothing in it can be checked. The message names the fields. */
export class NoExportedProposal extends Error {
  override readonly name = 'NoExportedProposal';
}

/** @throws NoExportedProposal */
export function readExportedProposal(value: unknown): ExportedProposal {
  const parsed = exportedProposalSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new NoExportedProposal(`It is no exported proposal: ${describeIssues(parsed.error)}`);
}

/** The contract that is to be called, by what is expected of it. */
export const governing = ({ expectation: asked }: ExportedProposal): { chainId: number; address: `0x${string}` } =>
  asked.kind === 'deployment' ? asked.kms : asked.contract;
