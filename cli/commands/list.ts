import { type Command, Option } from 'commander';
import { type Phase, phases } from '../../model/phases.js';
import { exitCodes } from '../exitCodes.js';
import { columns, formatTime } from '../output.js';
import { run } from '../run.js';

interface ListOptions {
  readonly phase?: Phase;
  readonly cvm?: string;
  readonly requestedBy?: string;
  readonly running?: boolean;
  readonly limit: string;
  readonly json?: boolean;
}

/** `countersign list`: the changes of the namespace, newest first. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list the changes, newest first')
    .addOption(new Option('--phase <phase>', 'only those in this phase').choices(phases))
    .option('--cvm <vm_uuid>', 'only those of this CVM')
    .option('--requested-by <who>', 'only those that somebody asked for')
    .option('--running', 'only those that have not ended')
    .option('--limit <number>', 'at most so many', '50')
    .option('--json', 'one JSON object on standard output')
    .action((options: ListOptions) => run(options, async (command) => list(options, command)));
}

async function list(options: ListOptions, { countersign, output }: Parameters<Parameters<typeof run>[1]>[0]) {
  const { phase, cvm, requestedBy, running, limit } = options;
  const filter = {
    ...(phase && { phase }),
    ...(cvm && { cvmId: cvm }),
    ...(requestedBy && { requestedBy }),
    ...(running && { running }),
  };
  const changes = [];
  for await (const change of countersign.list(filter)) {
    if (changes.length >= Number(limit)) break;
    changes.push(change);
  }
  const head = ['CHANGE', 'KIND', 'PHASE', 'REGISTRAR', 'REQUESTED BY', 'STARTED'];
  const rows = changes.map((change) => [
    change.change,
    change.kind,
    change.phase,
    change.registrar ?? '',
    change.requestedBy ?? '',
    formatTime(change.startedAt),
  ]);
  const table = rows.length > 0 ? await columns(rows, head) : 'No changes.';
  output.result({ changes }, () => table);
  return exitCodes.done;
}
