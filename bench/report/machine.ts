import { cpus, release, totalmem, type } from 'node:os';

/** What the figures depend on beside the code. */
export function describeMachine(serverVersion: string | null): readonly (readonly [what: string, is: string])[] {
  const [cpu] = cpus();
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['machine', `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${type()} ${release()}, Node ${process.versions.node}`],
    ['Temporal server', serverVersion ?? 'not started'],
  ];
}
