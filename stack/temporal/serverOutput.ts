import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LeashOptions } from '../process/spawnLeashed.js';

/** How many of the last lines are kept for errors. */
const keptLines = 20;

/** What is known from the lines that a server prints. */
export interface ServerOutput {
  /** Resolves when the server has printed its own address, which it does after it has bound its ports. */
  readonly announced: Promise<void>;
  readonly onLine: NonNullable<LeashOptions['onLine']>;
  /** The last lines, for errors. */
  tail(): string;
  close(): void;
}

/**
 * Follows a server's output.
 *
 * @param port - the frontend's port, by which its announcement is known
 * @param logFile - every line is appended here; its folder is made when missing
 */
export function followOutput(port: number, logFile: string | undefined): ServerOutput {
  if (logFile !== undefined) mkdirSync(dirname(logFile), { recursive: true });
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  // A full disk is no reason to end the server's parent.
  log?.on('error', () => {});
  const lines: string[] = [];
  let announce = () => {};
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  return {
    announced,
    onLine(line, stream) {
      log?.write(`${line}\n`);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      if (stream === 'stdout' && line.includes(`:${port}`)) announce();
    },
    tail: () => lines.join('\n'),
    close: () => log?.end(),
  };
}
