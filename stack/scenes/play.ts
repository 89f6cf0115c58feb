import type { ChangeStatus, Countersign } from '../../client/index.js';
import { type ReadBack, readBack } from '../readBack.js';
import type { Stack } from '../startStack.js';
import type { Scene } from './scene.js';
import { signAsOwners } from './signAsOwners.js';

/** One change, as its people live it: a service asks, two owners of the Safe sign, and something new runs. */
export async function play(
  scene: Scene,
  { countersign, stack, say }: { countersign: Countersign; stack: Stack; say: (line: string) => void },
): Promise<ReadBack> {
  const { temporal, cloud } = stack;
  say(`\n${scene.title(stack)}`);
  const change = await scene.ask(countersign, stack);
  if (temporal.uiUrl) {
    say(`  ${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${change.id}/${change.runId}/history\n`);
  }
  let signed = false;
  let shown = '';
  for await (const status of change.watch()) {
    const line = describe(status);
    if (line !== shown) say(line);
    shown = line;
    if (status.phase === 'awaitingRegistration' && !signed) {
      signed = true;
      const transactionHash = await signAsOwners(cloud, status, say);
      const { summary } = await change.send('registered', { by: 'demo', transactionHash });
      say(`  ${summary}`);
    }
  }
  const { summary } = await change.result();
  const result = await readBack({ kind: scene.kind, change, rpcUrl: cloud.anvil.rpcUrl, simulator: cloud.simulator });
  say(`\n${summary}`);
  say(`  ${result.historyEvents} history events, ${result.elapsedMs} ms`);
  return result;
}

const describe = ({ phase, awaiting, events }: ChangeStatus): string =>
  `${phase.padEnd(22)}${awaiting ?? events.at(-1)?.what ?? ''}`;
