import { join } from 'node:path';
import { resolveTemporalCli } from '../../stack/temporal/resolveTemporalCli.js';
import { startTemporalServer, type TemporalServer } from '../../stack/temporal/startTemporalServer.js';

/** A Temporal server on a file, which can be killed and comes back where it was. */
export class TemporalService {
  restarts = 0;
  private restarting: Promise<void> | null = null;

  private constructor(
    private server: TemporalServer,
    private readonly startAgain: () => Promise<TemporalServer>,
  ) {}

  static async start(folder: string, progress: (line: string) => void): Promise<TemporalService> {
    const common = {
      cli: await resolveTemporalCli({ progress, env: process.env }),
      dbFilename: join(folder, 'temporal.db'),
      namespace: 'default',
      headless: true,
      progress,
    };
    const server = await startTemporalServer(common);
    const port = Number(server.address.split(':')[1]);
    return new TemporalService(server, () => startTemporalServer({ ...common, port }));
  }

  get address(): string {
    return this.server.address;
  }

  get namespace(): string {
    return this.server.namespace;
  }

  /** Kills it without a word, and starts it again on its database and its port. One restart at a time. */
  restart(): Promise<void> {
    this.restarting ??= this.restartOnce().finally(() => {
      this.restarting = null;
    });
    return this.restarting;
  }

  private async restartOnce(): Promise<void> {
    this.restarts++;
    await this.server.stop(0);
    this.server = await this.startAgain();
  }

  async stop(): Promise<void> {
    await this.restarting;
    await this.server.stop(0);
  }
}
