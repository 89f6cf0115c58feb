import { setTimeout as pause } from 'node:timers/promises';
import { connectLocalChain, signerOf } from '../../stack/localChain/localChain.js';
import type { SideName } from '../world/side.js';
import { registrationOf, type Subject } from '../world/subject.js';
import { type BenchWorld, watchSeconds } from '../world/world.js';
import { committedAt } from './latency.js';
import type { Measure, Row } from './measure.js';

/** Milliseconds in which everything comes to rest before somebody approves. */
const rest = 300;
/** Milliseconds that an approval may lead to a commit after its block, beside the interval of the watcher. */
const allowed = 250;

/** From the block that holds the registration to the commit that the API took. */
export const approval: Measure = {
  name: 'approval',
  quick: true,
  async run({ say, quick, rounds, world }) {
    const bench = await world();
    const count = rounds ?? (quick ? 7 : 21);
    const told = async (side: SideName, round: number) => approve(bench, side, round, { tells: true });
    const bySignal: Record<SideName, number[]> = { ours: [], baseline: [] };
    const byWatcher: number[] = [];
    for (let round = 0; round <= count; round++) {
      const [ours, baseline] = [await told('ours', 2 * round), await told('baseline', 2 * round + 1)];
      const watched = await approve(bench, 'ours', 2 * round, { tells: false });
      say(`  ${round === 0 ? 'warm-up' : `round ${round}`}: signal ${ours}, bare ${baseline}, watcher ${watched} ms`);
      if (round === 0) continue;
      bySignal.ours.push(ours);
      bySignal.baseline.push(baseline);
      byWatcher.push(watched);
    }
    const common = { unit: 'ms', how: `${count} approvals, from just before the transaction is sent to the commit` };
    const signal: Row = {
      ...{ ...common, name: 'approvalBySignal', title: 'Approval to commit, by signal', ...bySignal },
      target: `${allowed} ms at the median`,
      isMet: ({ ours }) => ours <= allowed,
    };
    const watcher: Row = {
      ...{ ...common, name: 'approvalByWatcher', title: 'Approval to commit, by the watcher' },
      ...{ ours: byWatcher, baseline: [] },
      target: `one interval of the watcher (${watchSeconds} s) + ${allowed} ms`,
      isMet: ({ ours }) => ours <= watchSeconds * 1000 + allowed,
    };
    return [signal, watcher];
  },
};

/** Has one update wait, registers what it waits for, and measures until its commit, in milliseconds. */
async function approve(
  { sides, subjects, cloud }: BenchWorld,
  side: SideName,
  round: number,
  { tells }: { readonly tells: boolean },
): Promise<number> {
  const subject = subjects[round % subjects.length] as Subject; // Within the bounds of the array.
  const { dockerComposeFile, composeHash } = subject.unseen();
  const update = await sides[side].start(subject, { dockerComposeFile, unregistered: true });
  await update.untilWaiting();
  await pause(rest);
  const send = await signedRegistration(cloud.anvil.rpcUrl, subject, composeHash);
  const started = Date.now();
  const transactionHash = await send();
  if (tells) await update.tell(transactionHash);
  await update.untilEnded();
  return committedAt(subject) - started;
}

/** Signs the registration; what it answers sends it, and comes back when it is in a block. */
async function signedRegistration(
  rpcUrl: string,
  { cvm, owner }: Subject,
  composeHash: `0x${string}`,
): Promise<() => Promise<`0x${string}`>> {
  const chain = await connectLocalChain(rpcUrl);
  const account = signerOf(chain, owner.privateKey);
  const call = { account, to: cvm.appId, data: registrationOf(composeHash) };
  const request = await chain.writer.prepareTransactionRequest(call);
  const serializedTransaction = await chain.writer.signTransaction(request);
  return async () => {
    const hash = await chain.writer.sendRawTransaction({ serializedTransaction });
    while (!(await chain.reader.getTransactionReceipt({ hash }).catch(() => null))) await pause(2);
    return hash;
  };
}
