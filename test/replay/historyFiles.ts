import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../stack/projectFolder.js';
import { type History, type HistoryJson, historyFromJson, historyToJson } from '../rig/historyJson.js';

const folder = join(projectFolder(), 'test/histories');

export interface RecordedHistory {
  /** `<release>/<kind>-<how it ended>` */
  readonly name: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

/** Every history that was ever kept, of each release. */
export async function recordedHistories(): Promise<readonly RecordedHistory[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => {
      const history = historyFromJson(JSON.parse(await readFile(join(folder, file), 'utf8')) as HistoryJson);
      return { name: file.replace(/\.json$/, ''), ...executionOf(history), history };
    }),
  );
}

/** The names of those that were kept for the present release, without the release. */
export async function recordedNames(): Promise<ReadonlySet<string>> {
  const files = await readdir(join(folder, await release())).catch(() => []);
  return new Set(files.map((file) => file.replace(/\.json$/, '')));
}

/** Keeps a history for good, without the names of the machine that it was made on. @throws where there is one */
export async function recordHistory(name: string, history: History): Promise<void> {
  await mkdir(join(folder, await release()), { recursive: true });
  const text = JSON.stringify(anonymous(historyToJson(history)), null, 1);
  await writeFile(join(folder, await release(), `${name}.json`), `${text}\n`, { flag: 'wx' });
}

async function release(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(projectFolder(), 'package.json'), 'utf8')) as { version: string };
  return version;
}

function executionOf({ events }: History): { readonly workflowId: string; readonly runId: string } {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const [workflowId, runId] = [started?.workflowId, started?.originalExecutionRunId];
  if (!workflowId || !runId) throw new Error('The first event of a history does not name its execution.');
  return { workflowId, runId };
}

/** Process and host stand in identities and in the names of sticky queues, folders in stack traces. */
function anonymous(value: unknown, key = ''): unknown {
  if (key === 'stackTrace') return '';
  if (typeof value === 'string') return value.replace(/\b\d+@[\w.-]+/g, '1@host');
  if (Array.isArray(value)) return value.map((item) => anonymous(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, anonymous(inner, name)]));
}
