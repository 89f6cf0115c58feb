import type { Command } from 'commander';
import type { MessageInput, MessageName } from '../../model/messages.js';
import { exitCodes } from '../exitCodes.js';
import { run } from '../run.js';
import { sender } from '../sender.js';
import { readDeadline } from '../time.js';

interface MessageOptions {
  readonly run?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly transactionHash?: string;
  readonly deadline?: string;
  readonly json?: boolean;
}

/** The commands that send a change one message each and print its answer. */
export function addMessages(program: Command): void {
  message(program, 'registered', 'say that the proposal was carried out on chain', ({ transactionHash }) =>
    transactionHash === undefined ? {} : { transactionHash },
  ).option('--transaction-hash <hash>', 'the transaction that did it; it is checked before it counts');
  message(program, 'reject', 'end a change that the signers do not approve');
  message(program, 'cancel', 'end a change that is not wanted any more');
  message(program, 'extend', 'move the deadline', ({ deadline = '' }) => ({
    deadline: readDeadline(deadline),
  })).requiredOption('--deadline <time>', '7d, 36h, or 2026-12-31T12:00:00Z');
  message(program, 'pause', 'hold a change before its commit; registration goes on');
  message(program, 'resume', 'end a pause');
  message(program, 'retry', 'try again what blocked a change, or go on where policy held it');
  comment(program);
}

/** What a message carries beside its sender and reason. */
type Extras = (options: MessageOptions) => object;

function message(program: Command, name: MessageName, description: string, extras: Extras = () => ({})): Command {
  return common(program.command(`${name} <change>`).description(description))
    .option('--reason <text>', 'why; kept in the record')
    .addHelpText('after', example(`${name} ${exampleChange}${exampleOptions[name] ?? ''}`))
    .action((change: string, options: MessageOptions) => send(change, name, options, extras));
}

function comment(program: Command): void {
  common(program.command('comment <change> <text>').description('put a remark into the record'))
    .addHelpText('after', example(`comment ${exampleChange} "signed by two of three"`))
    .action((change: string, text: string, options: MessageOptions) =>
      send(change, 'comment', { ...options, reason: text }, () => ({})),
    );
}

const exampleChange = 'cvm-6f1c2d3e-0000-4000-8000-000000000000';
const exampleOptions: Partial<Record<MessageName, string>> = {
  registered: ' --transaction-hash 0x…',
  reject: ' --reason "wrong image"',
  extend: ' --deadline 14d',
  pause: ' --reason "freeze until Monday"',
};
const example = (command: string): string => `\nExample:\n  $ countersign ${command}`;

const common = (command: Command): Command =>
  command
    .option('--by <who>', 'who says so; default: COUNTERSIGN_BY, or your user name')
    .option('--run <run id>', 'which of the changes of that name; default: the newest')
    .option('--json', 'one JSON object on standard output');

const send = (name: string, message: MessageName, options: MessageOptions, extras: Extras): Promise<void> =>
  run(options, async ({ countersign, output }) => {
    const { by = sender(), reason } = options;
    // Checked by the client before it is sent; there the message names the field.
    const content = { by, ...(reason !== undefined && { reason }), ...extras(options) } as MessageInput<MessageName>;
    const change = countersign.change(name, options.run);
    const answer = await change.send(message, content);
    output.result({ change: change.id, ...answer }, () => answer.summary);
    return exitCodes.done;
  });
