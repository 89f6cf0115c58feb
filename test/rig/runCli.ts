import { join } from 'node:path';
import { projectFolder } from '../../stack/projectFolder.js';
import { type ProgramResult, runProgram } from './runProgram.js';

export type CliResult = ProgramResult;

/** Runs the command line as its users do: the compiled program, in a process of its own, with nothing else set. */
export function runCli(
  args: readonly string[],
  { environment = {}, cwd = projectFolder() }: { environment?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<CliResult> {
  const { HOME = '' } = process.env;
  return runProgram(join(projectFolder(), 'dist/cli/main.js'), args, { environment: { HOME, ...environment }, cwd });
}
