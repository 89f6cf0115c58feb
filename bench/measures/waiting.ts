import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { park } from '../world/parked.js';
import type { BenchWorld } from '../world/world.js';
import { inOwnWorld } from './inOwnWorld.js';
import type { Measure, Row } from './measure.js';

/** Changes of which the table speaks. */
const full = 10_000;
/** Milliseconds until the youngest is past the looks of its first minutes, which are no more than three. */
const settling = 7 * 60_000;
/** Milliseconds in which it is counted what waiting costs. */
const observed = 60_000;
const mostMegabytes = 512;
const mostCallsPerBlock = 2;
const mostTransitionsPerSecond = 10;
/** Changes whose state transitions are counted. */
const samples = 100;

/** What it costs that many changes wait for people. */
export const waiting: Measure = {
  name: 'waiting',
  quick: false,
  run: ({ say, tuned, changes }) =>
    inOwnWorld({ say, tuned }, async (world) => {
      const count = changes ?? full;
      const judged = (isMet: boolean): boolean | null => (count < full ? null : isMet);
      const before = await databaseSize(world);
      await park(world, world.sides.ours, count);
      say(`  ${count} changes wait; their first minutes are left out`);
      await pause(settling);
      const bytes = ((await databaseSize(world)) - before) / count;
      const [workerMemory, serverMemory] = [world.engine.current.pid, world.temporal.pid].map(residentMegabytes);
      const [calls, head, transitions] = [world.rpcCalls(), await newestBlock(world), await transitionsOf(world)];
      await pause(observed);
      const blocks = (await newestBlock(world)) - head;
      const perSecond = (((await transitionsOf(world)) - transitions) * count) / (observed / 1000);
      const common = {
        baseline: [],
        how: `${count} changes wait for one registration, each for more than ${settling / 60_000} minutes`,
      };
      const rows: Row[] = [
        {
          ...{ ...common, name: 'waiting.workerMemory', title: 'Memory of the worker', unit: 'MB' },
          ...{ ours: [(await workerMemory) ?? 0], target: `below ${mostMegabytes} MB` },
          isMet: ({ ours }) => judged(ours < mostMegabytes),
        },
        {
          ...{ ...common, name: 'waiting.serverMemory', title: 'Memory of the Temporal server', unit: 'MB' },
          ...{ ours: [(await serverMemory) ?? 0], target: 'none' },
          isMet: () => null,
        },
        {
          ...{ ...common, name: 'waiting.database', title: 'Database', unit: 'bytes a change' },
          ...{ ours: [bytes], target: 'none' },
          isMet: () => null,
        },
        {
          ...{ ...common, name: 'waiting.rpcCalls', title: 'Calls to the chain', unit: 'calls a block' },
          ...{ ours: [(world.rpcCalls() - calls) / Math.max(blocks, 1)], target: `fewer than ${mostCallsPerBlock}` },
          isMet: ({ ours }) => judged(ours < mostCallsPerBlock),
        },
        {
          ...{ ...common, name: 'waiting.transitions', title: 'State transitions', unit: 'a second in all' },
          how: `${common.how}; counted of the ${samples} youngest, whose next look is up to an hour away`,
          ...{ ours: [perSecond], target: `fewer than ${mostTransitionsPerSecond}` },
          isMet: ({ ours }) => judged(ours < mostTransitionsPerSecond),
        },
      ];
      return rows;
    }),
};

/** Linux tells it; elsewhere there is no such file, and the measure says so. */
async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** The write-ahead log belongs to it: what stands there is not in the file yet. */
async function databaseSize({ dbFilename }: BenchWorld): Promise<number> {
  const sizes = await Promise.all(['', '-wal'].map((suffix) => stat(`${dbFilename}${suffix}`).catch(() => null)));
  return sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

async function newestBlock({ cloud }: BenchWorld): Promise<number> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] });
  const answer = await fetch(cloud.anvil.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return Number(((await answer.json()) as { readonly result: string }).result); // JSON-RPC has it there.
}

/** State transitions of a change so far, on the average of some. */
async function transitionsOf({ client }: BenchWorld): Promise<number> {
  let [sum, count] = [0, 0];
  for await (const { workflowId, runId } of client.workflow.list({ query: `WorkflowType = 'updateCvm'` })) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    sum += Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0);
    if (++count >= samples) break;
  }
  return sum / Math.max(count, 1);
}
