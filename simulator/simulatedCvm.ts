import type { Hex } from 'viem';
import type { AppCompose } from './rules/appCompose.js';
import type { Cloud } from './state/cloud.js';
import { type Configuration, type Cvm, type CvmDefinition, createCvm, runningOperation } from './state/cvm.js';
import type { Creation, EffectiveCommit } from './state/ledger.js';
import type { Quirks } from './state/quirks.js';
import { cancelOperation } from './updates/cancelOperation.js';

/**
 * One CVM of the simulated cloud as a test sees and steers it. Every property is read at the moment of asking. Hashes, ids
 * and addresses are hex with 0x, unless said otherwise.
 */
export interface SimulatedCvm {
  readonly name: string;
  /** With dashes. */
  readonly vmUuid: string;
  /** Integer id of answers in version 2025-10-28. */
  readonly number: number;
  /** "cvm_…". */
  readonly hashId: string;
  /** 40 hex digits without 0x. */
  readonly instanceId: string;
  /** 20 bytes; the address of the DstackApp contract where the KMS is on chain. */
  readonly appId: Hex;
  readonly nodeId: number;
  readonly deviceId: Hex;
  /** Of the KMS that holds the app's keys. */
  readonly kmsSlug: string;
  /** Key that environment values are encrypted to: hex without 0x, as encryptEnvVars takes it. */
  readonly environmentPublicKey: string;
  /** Saved configuration: hash and document. */
  readonly composeHash: Hex;
  readonly appCompose: AppCompose;
  /** All of the saved configuration: those two, and what goes into no hash. */
  readonly configuration: Configuration;
  readonly status: Cvm['status'];
  readonly inProgress: boolean;
  /** What booted last, that is, what runs; undefined while nothing ever did. */
  readonly bootedComposeHash: Hex | undefined;
  /** Names and values that the containers see: decrypted, and only those in allowed_envs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Why the last boot failed. */
  readonly bootError: string | undefined;
  /** Effective commits of this CVM, oldest first. */
  readonly commits: readonly EffectiveCommit[];
  /** How it came into being through the API; undefined if it was added. */
  readonly creation: Creation | undefined;
  /** How the server answers for this CVM, for good; assign to change it. */
  quirks: Quirks;
  /** Takes the CVM out of the cloud: from then on it is a 404. */
  remove(): void;
}

/** Adds a CVM to the cloud. */
export function addCvm(cloud: Cloud, definition: CvmDefinition): SimulatedCvm {
  const cvm = cloud.cvms.add((number) => createCvm(definition, number, cloud, cloud.clock.now()));
  return simulatedCvm(cloud, cvm);
}

/** Takes a CVM out of the cloud, and with it the operation that runs on it. */
export function removeCvm(cloud: Cloud, cvm: Cvm): void {
  cancelOperation(cloud, cvm);
  cloud.cvms.remove(cvm.vmUuid);
  cloud.events.emit({ name: 'cvm.deleted', cvm, at: cloud.clock.now() });
}

/** The view of a CVM that `Simulator.addCvm` and `Simulator.cvm` give. */
export function simulatedCvm(cloud: Cloud, cvm: Cvm): SimulatedCvm {
  return {
    name: cvm.name,
    vmUuid: cvm.vmUuid,
    number: cvm.number,
    hashId: cvm.hashId,
    instanceId: cvm.instanceId,
    appId: cvm.appId,
    nodeId: cvm.node.id,
    deviceId: cvm.deviceId,
    kmsSlug: cvm.kms.slug,
    environmentPublicKey: cvm.kms.keys.environmentPublicKey(cvm.appId),
    get composeHash() {
      return cvm.configuration.composeHash;
    },
    get appCompose() {
      return cvm.configuration.appCompose;
    },
    get configuration() {
      return cvm.configuration;
    },
    get status() {
      return cvm.status;
    },
    get inProgress() {
      return runningOperation(cvm) !== undefined;
    },
    get bootedComposeHash() {
      return cvm.booted?.composeHash;
    },
    get environment() {
      return Object.fromEntries(cvm.booted?.environment ?? []);
    },
    get bootError() {
      return cvm.bootError;
    },
    get commits() {
      return cloud.ledger.commitsOf(cvm.vmUuid);
    },
    get creation() {
      return cloud.ledger.creations.find(({ vmUuid }) => vmUuid === cvm.vmUuid);
    },
    get quirks() {
      return cvm.quirks;
    },
    set quirks(quirks) {
      cvm.quirks = quirks;
    },
    remove: () => removeCvm(cloud, cvm),
  };
}
