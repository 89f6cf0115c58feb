import { setTimeout as delay } from 'node:timers/promises';
import { ChangeInProgressError, MessageRefusedError } from '../../client/errors.js';
import { type Change, type Countersign, sealToken } from '../../client/index.js';
import { hasEnded, type Phase } from '../../model/phases.js';
import type { SealingKey } from '../../model/sealedEnv.js';
import { type Answer, about, ignored, unavailable } from '../answer.js';
import type { AdoptPolicy } from '../config.js';
import { earlierChange } from './earlierChange.js';
import type { PendingApproval } from './event.js';

export interface TakeUpTools {
  readonly countersign: Countersign;
  readonly sealingKey: () => Promise<SealingKey>;
  readonly adopt: AdoptPolicy;
}

/** Milliseconds that a change which has just begun is given to find out what it prepares. */
const patience = 4_000;
/** Preparations that the change which holds the CVM is told of: each stays in its history. */
const mostRemarks = 10;
/** What the remarks are signed with. */
const sender = 'gateway';

/** More often than this the lock does not change hands while one delivery is looked at. */
const attempts = 3;

/**
 * Sees to it that a prepared update is carried on: by a new change, or by the one that has it in its hands. The change
 * that has prepared it itself needs nothing.
 *
 * @throws CountersignError where Temporal or the workers cannot be reached
 */
export async function takeUp(tools: TakeUpTools, approval: PendingApproval): Promise<Answer> {
  const { countersign, adopt } = tools;
  const { workspace, data } = approval;
  if (adopt === 'none') return ignored('Prepared updates are not taken up here: COUNTERSIGN_ADOPT says so.');
  if (adopt !== 'all' && !adopt.includes(workspace)) {
    return ignored('Prepared updates of this workspace are not taken up: COUNTERSIGN_ADOPT does not name it.');
  }
  if (data.commit_token == null) return ignored('Without a commit token there is nothing to take up.');
  if (data.expires_at != null && Date.parse(data.expires_at) <= Date.now()) {
    return ignored('The commit token has expired.');
  }
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const earlier = await earlierChange(countersign, approval);
    if (earlier) return about('known', earlier, `A change with this compose hash has ended: it is ${earlier.phase}.`);
    const answer = await start(tools, approval, data.commit_token);
    if (answer) return answer;
  }
  return unavailable('The changes of this CVM follow each other too quickly. Send it again.');
}

/** Null where the change that held the CVM has ended meanwhile. */
async function start(tools: TakeUpTools, approval: PendingApproval, token: string): Promise<Answer | null> {
  const { countersign, sealingKey } = tools;
  const { id, data } = approval;
  const { cvm_id: cvmId, compose_hash: composeHash, app_id: appId } = data;
  try {
    const { change, outcome } = await countersign.adoptUpdate({
      ...{ cvmId, composeHash, appId, token: await sealToken(token, await sealingKey(), cvmId) },
      ...(data.device_id != null && { deviceId: data.device_id }),
      ...(data.expires_at != null && { expiresAt: data.expires_at }),
      requestedBy: preparedBy(approval),
      reason: `prepared at Phala Cloud, taken up by webhook ${id}`,
      idempotencyKey: `phala ${id}`,
    });
    const run = { change: change.id, runId: change.runId };
    if (outcome === 'started') return about('adopted', run);
    return about(outcome === 'renewed' ? 'renewed' : 'repeated', run);
  } catch (error) {
    if (error instanceof ChangeInProgressError) {
      const { change, runId } = error.holder;
      return toHolder(countersign.change(change, runId), approval);
    }
    // An adopted update holds the CVM, and does not want the token: it is about something else, or committed already.
    if (error instanceof MessageRefusedError) return toHolder(countersign.change(cvmId), approval);
    throw error;
  }
}

const preparedBy = ({ data }: PendingApproval): string => data.initiated_by?.username ?? 'somebody at Phala Cloud';

/** Tells the change that holds the CVM of a preparation that is not its own. Null where it has ended meanwhile. */
async function toHolder(holder: Change, approval: PendingApproval): Promise<Answer | null> {
  const { id, data } = approval;
  for (const since = Date.now(); ; await delay(200)) {
    const { change, runId, phase, composeHash } = await holder.summary();
    if (phase === 'terminated' || hasEnded(phase as Phase)) return null;
    if (composeHash === data.compose_hash) return about('known', { change, runId });
    // What it prepares itself comes by webhook, too, and may be here before the change knows.
    if (phase === 'preparing') {
      if (Date.now() - since < patience) continue;
      return unavailable('A change of this CVM is being prepared. Send it again.');
    }
    try {
      const { events } = await holder.status();
      if (events.filter(({ by }) => by === sender).length < mostRemarks) {
        const reason = `${data.compose_hash}, prepared by ${preparedBy(approval)}, is not taken up while this change runs (webhook ${id}).`;
        await holder.send('comment', { by: sender, reason }, { id: `webhook ${id}` });
      }
    } catch (error) {
      if (error instanceof MessageRefusedError && error.type === 'ChangeEnded') return null;
      throw error;
    }
    return about('held', { change, runId }, 'Another change holds the CVM. Cancel it, or wait, and prepare again.');
  }
}
