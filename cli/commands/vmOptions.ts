import type { Command } from 'commander';
import { yesNo } from './sharedOptions.js';

/** What a CVM is made of, beside its compose file, as commander gives it. Of an update and of a new CVM. */
export interface VmOptions {
  readonly preLaunchScript?: string;
  readonly allowedEnvs?: string;
  readonly publicLogs?: 'yes' | 'no';
  readonly publicSysinfo?: 'yes' | 'no';
  readonly publicTcbinfo?: 'yes' | 'no';
  readonly userConfig?: string;
  readonly gpu?: readonly string[];
  readonly gpuAttachMode?: string;
  readonly vcpu?: number;
  readonly memory?: number;
  readonly diskSize?: number;
  readonly image?: string;
}

/** Adds those of them that are said in the same words for both. */
export const addVmOptions = (command: Command): Command =>
  command
    .option('--allowed-envs <names>', 'names the VM takes over, by comma; default with -e: the names in the file')
    .addOption(yesNo('--public-logs', 'anyone may read the container logs'))
    .addOption(yesNo('--public-sysinfo', 'anyone may read the system information'))
    .addOption(yesNo('--public-tcbinfo', 'anyone may read the TCB attestation'))
    .option('--user-config <file>', 'configuration that is passed to the VM as it is')
    .option('--gpu <slot...>', 'GPU slots to attach, each with its product or without: 0000:41:00.0=H100')
    .option('--gpu-attach-mode <mode>', 'listed or all')
    .option('--vcpu <number>', 'virtual CPUs', Number)
    .option('--memory <MB>', 'memory', Number)
    .option('--image <name>', 'OS image');
