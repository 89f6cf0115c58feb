import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LeashedProcess, type ProcessExit, spawnLeashed } from './process/spawnLeashed.js';
import { projectFolder } from './projectFolder.js';

export interface WorkerProcessOptions {
  /** The worker's configuration; nothing else of this process's environment but PATH and HOME gets through. */
  readonly environment: Readonly<Record<string, string>>;
  /** The worker's log is appended here. */
  readonly logFile: string;
  /** Another program than the worker, below the project's folder; it has to say when it is ready as the worker does. */
  readonly program?: string | undefined;
  /** What it is called where it fails; default `worker`. */
  readonly name?: string;
}

export interface WorkerProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a worker as operators start it, in a process of its own, and waits until it polls.
 *
 * @throws Error with its last lines where it ends before that
 */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const { environment, logFile, program = 'dist/worker/main.js', name = 'worker' } = options;
  const lastLines: string[] = [];
  let announceReady = (): void => {};
  const ready = new Promise<'ready'>((resolve) => {
    announceReady = () => resolve('ready');
  });
  const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  const worker: LeashedProcess = spawnLeashed(process.execPath, [join(projectFolder(), program)], {
    name,
    env: { ...inherited, ...environment },
    onLine(line) {
      appendFileSync(logFile, `${line}\n`);
      lastLines.push(line);
      lastLines.splice(0, lastLines.length - 10);
      if (line.includes('"msg":"ready"')) announceReady();
    },
  });
  const first = await Promise.race([ready, worker.exited]);
  if (first !== 'ready') {
    throw new Error(`The ${name} ended before it was ready (${first.code ?? first.signal}):\n${lastLines.join('\n')}`);
  }
  return worker;
}
