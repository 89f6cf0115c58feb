import { cpus, release, totalmem, type } from 'node:os';

/** What the figures depend on beside the code, in one line. */
export function describeMachine(serverVersion: string): string {
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `Temporal server ${serverVersion}`,
  ].join(', ');
}
