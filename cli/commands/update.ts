import { type Command, Option } from 'commander';
import type { UpdateOptions } from './updateOptions.js';

/** `countersign update`: every field of an update, and how the change is carried out. */
export function addUpdate(program: Command): void {
  program
    .command('update <cvm>')
    .description('update a CVM: by its vm_uuid (with or without dashes), or by its name')
    .optionsGroup('What to change:')
    .option('-c, --compose <file>', 'Docker Compose file')
    .option('--pre-launch-script <file>', 'script that runs before the containers; an empty file removes it')
    .option('-e, --env-file <file>', 'environment variables; encrypted to the app’s key before they leave this machine')
    .option('--encrypted-env <hex>', 'environment variables that are encrypted already')
    .option('--allowed-envs <names>', 'names the VM takes over, by comma; default with -e: the names in the file')
    .addOption(yesNo('--public-logs', 'anyone may read the container logs'))
    .addOption(yesNo('--public-sysinfo', 'anyone may read the system information'))
    .addOption(yesNo('--public-tcbinfo', 'anyone may read the TCB attestation'))
    .option('--user-config <file>', 'configuration that is passed to the VM as it is')
    .option('--gpu <slot[:product]...>', 'GPU slots to attach')
    .option('--gpu-attach-mode <mode>', 'listed or all')
    .option('--vcpu <number>', 'virtual CPUs', Number)
    .option('--memory <MB>', 'memory', Number)
    .option('--disk-size <size>', 'disk size, as the API takes it', Number)
    .option('--image <name>', 'OS image')
    .option('--shutdown-timeout <seconds>', '10 to 1200, or none')
    .option('--allow-force-stop', 'stop hard where the graceful shutdown takes too long')
    .optionsGroup('How:')
    .option('--requested-by <who>', 'default: COUNTERSIGN_BY, or your user name')
    .option('--reason <text>', 'shown to the signers')
    .option('--idempotency-key <key>', 'a repeated request with the same key is the same change')
    .option('--registrar <kind>', 'auto, ownerKey, safe or external; default: found from the owner of the contract')
    .option('--deadline <time>', 'until when the registration may come: 7d, 36h, or 2026-12-31T12:00:00Z; default 30d')
    .option('--finality <when>', 'latest, safe, finalized, or a number of blocks; default: safe')
    .option('--on-base-changed <what>', 'hold or proceed where somebody else changed the CVM; default: hold')
    .option('--on-hash-mismatch <what>', 'show or hold where the recomputed hash differs; default: show')
    .optionsGroup('Output:')
    .option('--wait', 'follow the change to its end')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ countersign update my-app -c docker-compose.yml --reason "release 1.4" --wait
  $ countersign update 6f1c2d3e00004000800000000000000 -e .env --deadline 7d --json
  $ countersign update my-app --vcpu 4 --memory 8192`,
    )
    .action(async (cvm: string, options: UpdateOptions) => {
      const { update } = await import('./updateAction.js');
      await update(cvm, options);
    });
}

/** `--public-logs`, `--public-logs yes` or `--public-logs no`; left out, it stays as it is. */
const yesNo = (flag: string, description: string): Option =>
  new Option(`${flag} [yes|no]`, description).choices(['yes', 'no']).preset('yes');
