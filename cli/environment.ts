import { readFileSync } from 'node:fs';

/** Where a local stack says how to reach it (`npm run stack`). */
const stackFile = '.countersign/stack.json';

/** What the commands need to know of their surroundings. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Base URL of the Temporal Web UI; null where it is not known. */
  readonly temporalUi: string | null;
  /** Whether a local stack of this folder stands in for a configuration. */
  readonly localStack: boolean;
}

/**
 * The environment, and in its place a stack that runs in this folder: it is used only where nothing says which Temporal
 * is meant, and only while it lives.
 */
export function readSurroundings(environment: NodeJS.ProcessEnv): Surroundings {
  const temporalUi = environment['COUNTERSIGN_TEMPORAL_UI'] ?? null;
  const configured = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some((name) => environment[name]);
  const stack = configured ? null : readStack();
  if (!stack) return { environment, temporalUi, localStack: false };
  const { temporalAddress, temporalNamespace } = stack;
  return {
    environment: { ...environment, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace },
    temporalUi: temporalUi ?? stack.temporalUi,
    localStack: true,
  };
}

interface StackFile {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUi: string;
}

function readStack(): StackFile | null {
  try {
    const { temporalAddress, temporalNamespace, temporalUi, pid } = JSON.parse(readFileSync(stackFile, 'utf8'));
    if (typeof pid === 'number') process.kill(pid, 0);
    return { temporalAddress, temporalNamespace, temporalUi };
  } catch {
    // No stack, or one that has ended without taking its file along.
    return null;
  }
}

/** The page of a change in the Temporal Web UI; null where its address is not known. */
export function changeUrl(
  { temporalUi }: Surroundings,
  namespace: string,
  { change, runId }: { readonly change: string; readonly runId: string },
): string | null {
  if (temporalUi === null) return null;
  const base = temporalUi.replace(/\/+$/, '');
  return `${base}/namespaces/${namespace}/workflows/${encodeURIComponent(change)}/${runId}/history`;
}
