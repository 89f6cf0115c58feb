import { randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import { z } from 'zod';
import { type AppCompose, appDefinitionSchema, initialAppCompose } from '../rules/appCompose.js';
import { composeHash, sha256Hex } from '../rules/composeHash.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { GpuConfig } from '../rules/updateCvmRequest.js';
import type { Kms, KmsInstances } from './kms.js';
import type { Node, Nodes } from './nodes.js';
import type { Operation } from './operation.js';
import { DEFAULT_IMAGE } from './osImage.js';
import { type Quirks, quirksSchema } from './quirks.js';

const hexOf = (bytes: number) =>
  z.custom<Hex>((value) => typeof value === 'string' && isHexOf(bytes, value), `hex of ${bytes} bytes`);

/** A CVM to add. Hashes and addresses are hex, 0x optional. */
export const cvmDefinitionSchema = z.strictObject({
  ...appDefinitionSchema.shape,
  kms: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('phala') }),
    z.strictObject({
      kind: z.literal('onchain'),
      chainId: z.int(),
      /** The DstackApp contract; its address is the app id [on-chain facts §2]. */
      appContract: hexOf(20),
      /** The DstackKms contract; without it a made-up address per chain. */
      kmsContract: hexOf(20).exactOptional(),
      /** Shown as deployer_address; without it the contract's owner() at the time of asking. */
      deployer: hexOf(20).exactOptional(),
    }),
  ]),
  /** The node it runs on; without it the first. */
  nodeId: z.int().min(1).exactOptional(),
  /** 32 bytes; without it the device of its node. */
  deviceId: hexOf(32).exactOptional(),
  /** App id of a CVM without on-chain KMS; without it the first 20 bytes of its compose hash. */
  appId: hexOf(20).exactOptional(),
  vmUuid: z.uuid().exactOptional(),
  vcpu: z.int().exactOptional(),
  memoryInMb: z.int().exactOptional(),
  diskInGb: z.int().exactOptional(),
  quirks: quirksSchema.exactOptional(),
});

export type CvmDefinition = z.infer<typeof cvmDefinitionSchema>;

/** What the simulated cloud knows of one CVM. */
export interface Cvm {
  /** The database id that answers up to version 2025-10-28 show. */
  readonly number: number;
  /** "cvm_…", the id in answers from version 2026-01-21 on [OpenAPI CVMInfoDetail.id]. */
  readonly hashId: string;
  /** With dashes. */
  readonly vmUuid: string;
  /** 40 hex digits without 0x [SDK cvm_id: "Instance ID (40 characters…)"]. */
  readonly instanceId: string;
  readonly name: string;
  /** 20 bytes with 0x; with an on-chain KMS the address of the DstackApp contract. */
  readonly appId: Hex;
  readonly kms: Kms;
  readonly onChain:
    | { readonly chainId: number; readonly appContract: Hex; readonly deployer: Hex | undefined }
    | undefined;
  readonly node: Node;
  /** That of the node, unless the CVM's definition named another; 32 bytes with 0x. */
  readonly deviceId: Hex;
  readonly createdAt: Date;
  /** Of the configuration that it was created with. */
  readonly firstComposeHash: Hex;
  /** Saved configuration: what a commit or a direct update changes. */
  configuration: Configuration;
  /** What booted last: what runs, as opposed to what is saved. undefined: nothing ever did. */
  booted: Booted | undefined;
  status: 'starting' | 'running' | 'updating' | 'error';
  bootError: string | undefined;
  /** Newest last. */
  readonly operations: Operation[];
  quirks: Quirks;
}

export interface Configuration {
  readonly appCompose: AppCompose;
  readonly composeHash: Hex;
  readonly encryptedEnv: string | undefined;
  readonly userConfig: string | undefined;
  readonly vcpu: number;
  readonly memoryInMb: number;
  readonly diskInGb: number;
  /** The GPUs that it asked for; null: none. */
  readonly gpus: GpuConfig | null;
  readonly image: string;
  /** Seconds; null: no timeout. */
  readonly shutdownTimeout: number | null;
}

export interface Booted {
  readonly composeHash: Hex;
  /** Names and values as the containers see them. */
  readonly environment: ReadonlyMap<string, string>;
}

/** A CVM that has been running its first configuration for a while, without environment values. */
export function createCvm(
  definition: CvmDefinition,
  number: number,
  { kms: kmsInstances, nodes }: { readonly kms: KmsInstances; readonly nodes: Nodes },
  now: Date,
): Cvm {
  const appCompose = initialAppCompose(definition);
  const hash = composeHash(appCompose);
  const vmUuid = definition.vmUuid ?? randomUUID();
  const { kms } = definition;
  const node = definition.nodeId === undefined ? nodes.first() : nodes.get(definition.nodeId);
  return {
    ...cvmIds(number, vmUuid),
    name: definition.name,
    // A built-in KMS derives the app id from the compose hash, its first 40 digits [phala-docs api-deployment-guide].
    appId: prefixed(kms.kind === 'onchain' ? kms.appContract : (definition.appId ?? hash.slice(2, 42))),
    kms: kms.kind === 'onchain' ? kmsInstances.onChain(kms.chainId, kms.kmsContract) : kmsInstances.phala(),
    onChain:
      kms.kind === 'onchain'
        ? {
            chainId: kms.chainId,
            appContract: prefixed(kms.appContract),
            deployer: kms.deployer === undefined ? undefined : prefixed(kms.deployer),
          }
        : undefined,
    node,
    deviceId: prefixed(definition.deviceId ?? node.deviceId),
    createdAt: now,
    firstComposeHash: hash,
    configuration: {
      appCompose,
      composeHash: hash,
      encryptedEnv: undefined,
      userConfig: undefined,
      vcpu: definition.vcpu ?? 2,
      memoryInMb: definition.memoryInMb ?? 4096,
      diskInGb: definition.diskInGb ?? 40,
      gpus: null,
      image: DEFAULT_IMAGE,
      shutdownTimeout: null,
    },
    booted: { composeHash: hash, environment: new Map() },
    status: 'running',
    bootError: undefined,
    operations: [],
    quirks: definition.quirks ?? {},
  };
}

/** What is decided about a CVM that comes into being through the API. */
export type CvmParts = Pick<
  Cvm,
  'name' | 'appId' | 'kms' | 'onChain' | 'node' | 'deviceId' | 'configuration' | 'quirks'
>;

/** A CVM that has been created and has never booted. */
export function createStartingCvm(parts: CvmParts, number: number, now: Date): Cvm {
  return {
    ...cvmIds(number, randomUUID()),
    ...parts,
    createdAt: now,
    firstComposeHash: parts.configuration.composeHash,
    booted: undefined,
    status: 'starting',
    bootError: undefined,
    operations: [],
  };
}

function cvmIds(number: number, vmUuid: string): Pick<Cvm, 'number' | 'hashId' | 'vmUuid' | 'instanceId'> {
  return {
    number,
    hashId: `cvm_${sha256Hex(vmUuid).slice(0, 8)}`,
    vmUuid,
    instanceId: sha256Hex(`instance ${vmUuid}`).slice(0, 40),
  };
}

/** The operation that runs at present, if one does. */
export function runningOperation(cvm: Cvm): Operation | undefined {
  return cvm.operations.find(({ outcome }) => outcome.status === 'in_progress');
}
