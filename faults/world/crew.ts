import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';

interface CrewOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: the worker of production. */
  readonly program: string | undefined;
}

/** How many worker processes there are. */
const size = 2;

/** The worker processes of a world. One that dies is replaced at once. */
export class Crew {
  kills = 0;
  private readonly workers: (WorkerProcess | null)[] = Array.from({ length: size }, () => null);
  private readonly comings = new Set<Promise<void>>();
  private stopping = false;

  private constructor(private readonly options: CrewOptions) {}

  static async start(options: CrewOptions): Promise<Crew> {
    const crew = new Crew(options);
    await Promise.all(crew.workers.map((_, place) => crew.fill(place)));
    return crew;
  }

  /** Kills workers without a word, and starts others in their place. Comes back when they are dead. */
  async kill(which: 0 | 1 | 'both'): Promise<void> {
    const places = which === 'both' ? [0, 1] : [which];
    await Promise.all(places.map((place) => this.killOne(place)));
  }

  private async killOne(place: number): Promise<void> {
    const worker = this.workers[place];
    if (!worker || this.stopping) return;
    this.workers[place] = null;
    this.kills++;
    process.kill(worker.pid, 'SIGKILL');
    await worker.exited;
    const coming = this.fill(place).finally(() => this.comings.delete(coming));
    this.comings.add(coming);
  }

  /** While the Temporal server is away, a worker ends at its start: it is started again until it stays. */
  private async fill(place: number): Promise<void> {
    const { environment, program } = this.options;
    for (let attempt = 1; !this.stopping; attempt++) {
      try {
        this.workers[place] = await startWorkerProcess({ environment, logFile: this.logFile(place), program });
        return;
      } catch (error) {
        if (attempt === 20) throw error;
        await pause(500);
      }
    }
  }

  /** All that the workers have written so far. */
  async logs(): Promise<string> {
    const files = this.workers.map((_, place) => readFile(this.logFile(place), 'utf8').catch(() => ''));
    return (await Promise.all(files)).join('\n');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled([...this.comings]);
    await Promise.all(this.workers.map((worker) => worker?.stop(0)));
  }

  private logFile(place: number): string {
    return join(this.options.folder, `worker-${place}.log`);
  }
}
