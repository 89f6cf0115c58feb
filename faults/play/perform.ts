import { setTimeout as pause } from 'node:timers/promises';
import { parseGwei } from 'viem';
import { transactionHashSignal } from '../../model/messages.js';
import { setBaseFee } from '../../stack/localChain/faults.js';
import type { Act } from '../schedule/schedule.js';
import type { Run } from './run.js';
import { playSomebody } from './somebody.js';

const day = 24 * 60 * 60 * 1000;

/** Does what a schedule has happen, now. */
export async function perform(run: Run, act: Act): Promise<void> {
  const { world } = run;
  switch (act.act) {
    case 'killWorker':
      return world.crew.kill(act.which);
    case 'restartServer':
      return world.temporal.restart();
    case 'reorg':
      // Nor does the engine send meanwhile: anvil mines such a block into the old chain, and loses its state with that.
      return world.turns.exclusively(() => world.rpc.whileHeld(() => world.journal.reorganise(act.depth, act.keep)));
    case 'moveClock': {
      const before = world.clockMoves.at(-1)?.ahead ?? 0;
      world.clockMoves.push({ at: Date.now(), ahead: before + act.days * day });
      await world.cloud.simulator.clock.advance(act.days * day);
      return;
    }
    case 'rpcOutage':
      world.rpc.fail('*', act.fault);
      await pause(act.milliseconds);
      return world.rpc.heal();
    case 'feeSpike':
      return setBaseFee(world.cloud.anvil.rpcUrl, parseGwei(String(act.gwei)));
    case 'revoke':
      return revoke(run);
    case 'somebody':
      return playSomebody(run, act.does);
    case 'deliver':
      return deliver(run, act);
    case 'send':
      return send(run, act.message);
  }
}

async function revoke({ world, schedule, latest }: Run): Promise<void> {
  const { governance } = schedule;
  const contract = latest?.registration?.contract ?? null;
  if (governance === 'none' || contract === null || !latest?.composeHash) return;
  await world.owners.revoke(governance, contract.address, latest.composeHash);
}

async function deliver(run: Run, { hash, by }: Extract<Act, { act: 'deliver' }>): Promise<void> {
  const wrong = {
    unknown: `0x${run.schedule.seed.toString(16).padStart(64, '9')}`,
    foreign: run.world.journal.events[0]?.transactionHash ?? '0x',
    malformed: 'hash to follow',
  }[hash];
  if (by === 'update') await run.send('registered', { by: 'mallory', transactionHash: wrong });
  else await signal(run, wrong);
}

/** For senders who do not wait for an answer. */
export async function signal({ world, change }: Run, transactionHash: string): Promise<void> {
  if (change === null) return;
  await world.client.workflow
    .getHandle(change.id, change.runId)
    .signal(transactionHashSignal, transactionHash)
    .catch(() => {}); // It has ended, or the server is away: a signal is a hint, and may be lost.
}

async function send(run: Run, message: Extract<Act, { act: 'send' }>['message']): Promise<void> {
  const by = { by: 'somebody', reason: `schedule ${run.schedule.seed}` };
  if (message !== 'extend') await run.send(message, by);
  else await run.send('extend', { ...by, deadline: new Date(Date.now() + 40 * day).toISOString() });
}
