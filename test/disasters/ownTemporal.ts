import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveTemporalCli } from '../../stack/temporal/resolveTemporalCli.js';
import { startTemporalServer, type TemporalServer } from '../../stack/temporal/startTemporalServer.js';

/** A Temporal server that a test may kill, and start again on its database and port. */
export class OwnTemporal {
  private folder = '';
  private server: TemporalServer | undefined;
  private port: number | undefined;

  async start(): Promise<{ readonly address: string; readonly namespace: string }> {
    this.folder ||= await mkdtemp(join(tmpdir(), 'countersign-temporal-'));
    const progress = (message: string): void => void process.stderr.write(`${message}\n`);
    this.server = await startTemporalServer({
      cli: await resolveTemporalCli({ progress, env: process.env }),
      dbFilename: join(this.folder, 'temporal.db'),
      namespace: 'default',
      headless: true,
      progress,
      ...(this.port !== undefined && { port: this.port }),
    });
    this.port = Number(this.server.address.split(':')[1]);
    return this.server;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.server?.stop(0);
  }

  async remove(): Promise<void> {
    await this.server?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
