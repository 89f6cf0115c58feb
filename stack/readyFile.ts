import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Stack } from './startStack.js';

/** What a running stack tells others, as JSON. Its keys are worth something on the local chain only. */
export function readyFileContent({ temporal, cloud, cvms, workerEnvironment, workerMetrics, gateway }: Stack): object {
  const { anvil, safe, simulator } = cloud;
  return {
    pid: process.pid,
    temporalAddress: temporal.address,
    temporalNamespace: temporal.namespace,
    temporalUi: temporal.uiUrl ?? null,
    rpcUrl: anvil.rpcUrl,
    chainId: anvil.chainId,
    phalaApi: simulator.url,
    phalaApiKey: simulator.apiKey,
    safes: [
      {
        address: safe.address,
        owners: safe.owners.map(({ address, privateKey }) => ({ address, privateKey })),
        threshold: safe.threshold,
      },
    ],
    cvms: cvms.map(({ cvm, owner, registrar }) => ({
      cvmId: cvm.vmUuid,
      name: cvm.name,
      appId: cvm.appId,
      owner,
      registrar,
    })),
    workerMetrics,
    gateway: { url: gateway.url, phalaSecret: gateway.phalaSecret, safeSecret: gateway.safeSecret },
    // For a second worker: what `npm run worker` wants to find in its environment.
    workerEnvironment,
  };
}

/** Writes the file in one move, so that whoever waits for it finds it whole. */
export async function writeReadyFile(file: string, content: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export const removeReadyFile = (file: string): Promise<void> => rm(file, { force: true });

/** The process of the stack that wrote the file; null where there is none, or it has ended without taking it along. */
export async function runningStack(file: string): Promise<number | null> {
  try {
    const { pid }: { pid?: unknown } = JSON.parse(await readFile(file, 'utf8'));
    if (typeof pid !== 'number') return null;
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}
