import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { registrationsOf } from './transactions.js';

const rig = useRig({ workers: false });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a worker whose owner key is in a file', () => {
  it.each([
    [0o600, 0],
    [0o644, 1],
  ])('carries out a change with it, and warns where anyone may read it (%o)', async (mode, warnings) => {
    const [file, logFile] = [join(folder, `key-${mode}`), join(folder, `log-${mode}`)];
    const { COUNTERSIGN_OWNER_KEY = '', ...environment } = rig.workerEnvironment;
    await writeFile(file, `\n${COUNTERSIGN_OWNER_KEY}\n`, { mode });
    await chmod(file, mode);
    const worker = await startWorkerProcess({
      environment: { ...environment, COUNTERSIGN_OWNER_KEY_FILE: file },
      logFile,
    });
    const cvm = await rig.addCvm('ownerKey');
    const result = await (await rig.countersign.updateCvm(rig.request(cvm))).result();
    expect(await registrationsOf(rig, cvm, result.composeHash)).toBe(1);
    await worker.stop(10_000);
    const log = await readFile(logFile, 'utf8');
    expect(log).not.toContain(COUNTERSIGN_OWNER_KEY.slice(2));
    expect(log.split('\n').filter((line) => line.includes('anyone on this machine may read'))).toHaveLength(warnings);
  });
});
