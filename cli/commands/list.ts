import { type Command, Option } from 'commander';
import type { ChangeKind } from '../../model/kinds.js';
import { type Phase, phases } from '../../model/phases.js';
import { exitCodes } from '../exitCodes.js';
import { columns, formatTime } from '../output.js';
import { run } from '../run.js';

interface ListOptions {
  readonly kind?: ChangeKind;
  readonly phase?: Phase;
  readonly cvm?: string;
  readonly app?: string;
  readonly requestedBy?: string;
  readonly running?: boolean;
  readonly limit: string;
  readonly json?: boolean;
}

/** Named here once more: their own file loads the schemas, and --help answers at once. */
const kinds = { update: true, adopt: true, replicate: true, provision: true, allowlist: true } satisfies Record<
  ChangeKind,
  true
>;

/** `countersign list`: the changes of the namespace, newest first. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list the changes, newest first')
    .addOption(new Option('--kind <kind>', 'only those of this kind').choices(Object.keys(kinds)))
    .addOption(new Option('--phase <phase>', 'only those in this phase').choices(phases))
    .option('--cvm <vm_uuid>', 'only those of this CVM')
    .option('--app <app id>', 'only those of this app')
    .option('--requested-by <who>', 'only those that somebody asked for')
    .option('--running', 'only those that have not ended')
    .option('--limit <number>', 'at most so many', '50')
    .option('--json', 'one JSON object on standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ countersign list --running --kind update
  $ countersign list --app 0x… --phase awaitingRegistration --json`,
    )
    .action((options: ListOptions) => run(options, async (command) => list(options, command)));
}

async function list(options: ListOptions, { countersign, output }: Parameters<Parameters<typeof run>[1]>[0]) {
  const { kind, phase, cvm, app, requestedBy, running, limit } = options;
  const filter = {
    ...(kind && { kind }),
    ...(phase && { phase }),
    ...(cvm && { cvmId: cvm }),
    ...(app && { appId: app }),
    ...(requestedBy && { requestedBy }),
    ...(running && { running }),
  };
  const changes = [];
  for await (const change of countersign.list(filter)) {
    if (changes.length >= Number(limit)) break;
    changes.push(change);
  }
  const head = ['CHANGE', 'KIND', 'PHASE', 'CVM OR APP', 'REGISTRAR', 'REQUESTED BY', 'STARTED'];
  const rows = changes.map((change) => [
    change.change,
    change.kind,
    change.phase,
    change.cvmId ?? change.appId ?? '',
    change.registrar ?? '',
    change.requestedBy ?? '',
    formatTime(change.startedAt),
  ]);
  const table = rows.length > 0 ? await columns(rows, head) : 'No changes.';
  output.result({ changes }, () => table);
  return exitCodes.done;
}
