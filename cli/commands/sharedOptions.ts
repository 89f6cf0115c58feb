import { type Command, Option } from 'commander';

/** The options that every command has which starts a change, as commander gives them. */
export interface SharedOptions {
  readonly requestedBy?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
  readonly registrar?: string;
  readonly deadline?: string;
  readonly finality?: string;
  readonly onBaseChanged?: string;
  readonly onHashMismatch?: string;
  readonly timelockProposer?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Adds the options that say how a change is carried out, and what is printed. They come last in the help. */
export const addSharedOptions = (command: Command): Command =>
  command
    .optionsGroup('How:')
    .option('--requested-by <who>', 'default: COUNTERSIGN_BY, or your user name')
    .option('--reason <text>', 'shown to the signers')
    .option('--idempotency-key <key>', 'a repeated request with the same key is the same change')
    .option('--registrar <kind>', 'auto, ownerKey, safe, timelock or external; default: found from the owner')
    .option('--deadline <time>', 'until when the registration may come: 7d, 36h, or 2026-12-31T12:00:00Z; default 30d')
    .option('--finality <when>', 'latest, safe, finalized, or a number of blocks; default: safe')
    .option('--on-base-changed <what>', 'hold or proceed where somebody else changed the CVM; default: hold')
    .option(
      '--on-hash-mismatch <what>',
      'where the recomputed hash differs: show, hold, or requireMatch, which holds also where it cannot be recomputed; default: show',
    )
    .option(
      '--timelock-proposer <address>',
      'who schedules where a timelock owns the contract; default: found from its logs',
    )
    .optionsGroup('Output:')
    .option('--wait', 'follow the change to its end')
    .option('--json', 'one JSON object on standard output');

/** `--public-logs`, `--public-logs yes` or `--public-logs no`; left out, nothing is said about it. */
export const yesNo = (flag: string, description: string): Option =>
  new Option(`${flag} [yes|no]`, description).choices(['yes', 'no']).preset('yes');

/** An option that may be given several times. */
export const repeatable = (flag: string, description: string): Option =>
  new Option(flag, `${description}; may be repeated`).argParser((value: string, before: readonly string[] = []) => [
    ...before,
    value,
  ]);
