import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { projectFolder } from '../../stack/projectFolder.js';
import type { SideName } from '../world/side.js';
import { registrationOf, type Subject } from '../world/subject.js';
import type { BenchWorld } from '../world/world.js';
import { alternate } from './alternate.js';
import type { Measure } from './measure.js';

const run = promisify(execFile);

/** One update from a script: by two calls of Phala's own command line, and by one of Countersign's. */
export const officialCli: Measure = {
  name: 'officialCli',
  quick: false,
  async run({ say, rounds, world }) {
    const bench = await world();
    const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-cli-'));
    try {
      const play = (side: SideName, round: number): Promise<number> =>
        update(bench, side, { subject: bench.subjects[round % bench.subjects.length] as Subject, folder });
      const results = await alternate({ rounds: rounds ?? 7, unit: 'ms', say, play });
      return [
        {
          ...{ name: 'officialCli', title: 'One update from a script', unit: 'ms', ...results },
          target: 'faster than the official command line (below 1)',
          isMet: ({ ratio = 1 }) => ratio < 1,
          how: '`countersign update --wait`, beside `phala deploy --prepare-only` and `--commit`, which waits for no end; registered beforehand',
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Scripted {
  readonly subject: Subject;
  readonly folder: string;
}

/** Milliseconds that a script spends on it. The registration is the same for both, and is there when they look. */
async function update(bench: BenchWorld, side: SideName, { subject, folder }: Scripted): Promise<number> {
  const { cloud, environment } = bench;
  const { cvm, owner } = subject;
  const { dockerComposeFile, composeHash } = subject.unseen();
  const compose = join(folder, `${randomUUID()}.yml`);
  await writeFile(compose, dockerComposeFile);
  const registration = { rpcUrl: cloud.anvil.rpcUrl, to: cvm.appId, data: registrationOf(composeHash) };
  const transactionHash = await sendCall({ ...registration, sender: owner.privateKey });
  const env = {
    ...{ PATH: process.env['PATH'], HOME: folder, ...environment },
    ...{ ETH_RPC_URL: cloud.anvil.rpcUrl, PHALA_DISABLE_UPDATE_CHECK: '1', NO_COLOR: '1' },
  };
  const started = performance.now();
  if (side === 'ours') {
    const args = ['update', cvm.vmUuid, '-c', compose, '--finality', 'latest', '--wait'];
    await run(process.execPath, [join(projectFolder(), 'dist/cli/main.js'), ...args], { env });
  } else {
    const phala = (args: readonly string[]) => run(process.execPath, [officialProgram, ...args], { env, cwd: folder });
    const target = ['deploy', '--cvm-id', cvm.vmUuid, '--json'];
    const prepared = await phala([...target, '-c', compose, '--prepare-only']);
    const { commit_token: token } = JSON.parse(prepared.stdout) as { readonly commit_token: string }; // Its own format.
    const proof = ['--compose-hash', composeHash, '--transaction-hash', transactionHash];
    await phala([...target, '--commit', '--token', token, ...proof]);
  }
  return performance.now() - started;
}

/** The package's main module is the program. */
const officialProgram = createRequire(import.meta.url).resolve('phala');
