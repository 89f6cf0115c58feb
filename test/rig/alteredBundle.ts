import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { projectFolder } from '../../stack/projectFolder.js';
import { bundleParts } from '../../worker/bundle/parts.js';

/** A change of the compiled workflow code: what stands there once, and what takes its place. */
export interface Alteration {
  /** Such as `workflows/commit.js`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Put in front of the file, such as an import. */
  readonly header?: string;
}

export interface AlteredBundle {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * Builds the workflow bundle of a release that differs from this one, out of a copy of the compiled code.
 *
 * @throws Error where the code to be altered is not there, or more than once
 */
export async function alteredBundle(alteration: Alteration): Promise<AlteredBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-altered-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    for (const part of ['workflows', 'model']) {
      await cp(join(projectFolder(), 'dist', part), join(folder, part), { recursive: true });
    }
    await symlink(join(projectFolder(), 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await alter(folder, alteration);
    const nothing = (): void => {};
    const { code } = await bundleWorkflowCode({
      ...bundleParts(folder),
      logger: { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
    });
    const file = join(folder, 'workflowBundle.js');
    await writeFile(file, code);
    return { file, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function alter(folder: string, { file, from, to, header = '' }: Alteration): Promise<void> {
  const code = await readFile(join(folder, file), 'utf8');
  const found = code.split(from).length - 1;
  if (found !== 1) throw new Error(`expected ${JSON.stringify(from)} once in ${file}; found it ${found} times`);
  await writeFile(join(folder, file), header + code.replace(from, () => to));
}
