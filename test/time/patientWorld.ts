import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { activity } from '../../activities/activity.js';
import { createHandOver } from '../../activities/handOver.js';
import type { NotificationTarget } from '../../activities/notifications/target.js';
import { createNotify } from '../../activities/notify.js';
import { pollDelay } from '../../activities/pollDelay.js';
import { createRemind } from '../../activities/remind.js';
import type { ChainActivities } from '../../model/chainActivities.js';
import { type CvmId, cvmIdSchema } from '../../model/cvmId.js';
import { announcedByDefault } from '../../model/notification.js';
import { Failure } from '../../model/failure.js';
import type { FailureType } from '../../model/failures.js';
import { addressSchema, composeHashSchema, transactionHashSchema } from '../../model/hex.js';
import type { PhalaActivities } from '../../model/phalaActivities.js';
import type { Registration } from '../../model/registration.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import type { Activities } from '../../worker/createActivities.js';
import { day } from './timeMachine.js';

/** One CVM, and what the engine has done about it. */
export interface PatientCvm {
  readonly cvmId: CvmId;
  /** Whether the owners have registered what they were asked for. */
  registered: boolean;
  /** What the API answers to a commit, in place of making it. */
  refusal: FailureType | null;
  /** How often the owners were asked. */
  asked: number;
  looks: number;
  readonly commits: string[];
  /** When each token was issued, in milliseconds of the server's clock. */
  readonly tokens: number[];
}

const composeHash = composeHashSchema.parse('ab'.repeat(32));
const base = composeHashSchema.parse('cd'.repeat(32));
const contract = { chainId: 8453, address: addressSchema.parse('12'.repeat(20)) };
const transactionHash = transactionHashSchema.parse(`0x${'34'.repeat(32)}`);

/** The server's clock at the start of this attempt. */
const now = (): number => Context.current().info.currentAttemptScheduledTimestampMs;

/**
 * A cloud and a chain in a few lines, behind the interface of the activities, with the server's clock for their own. Its
 * tokens live for 14 days, and the owners take their time.
 */
export class PatientWorld {
  readonly activities: Activities;
  private readonly cvms = new Map<CvmId, PatientCvm>();

  /**
   * @param target where is told what happens; null: nowhere
   * @param clock of the server: of a retry it does not say itself when it was due
   */
  constructor(
    private readonly target: NotificationTarget | null = null,
    clock: () => Promise<number> = async () => now(),
  ) {
    const notifications = { notify: createNotify({ target }), remind: createRemind({ target, now: clock }) };
    this.activities = { ...this.work, notifications };
  }

  addCvm(): PatientCvm {
    const cvmId = cvmIdSchema.parse(randomUUID());
    const cvm: PatientCvm = {
      cvmId,
      registered: false,
      refusal: null,
      asked: 0,
      looks: 0,
      commits: [],
      tokens: [],
    };
    this.cvms.set(cvmId, cvm);
    return cvm;
  }

  request({ cvmId }: PatientCvm, policy: UpdateRequestInput['policy'] = {}): UpdateRequestInput {
    return { cvmId, update: { dockerComposeFile: 'services: {}\n' }, requestedBy: 'test', policy };
  }

  /** The change's workflow id names its CVM. */
  private ofChange(change: string): PatientCvm {
    return this.of(cvmIdSchema.parse(change.replace('cvm-', '')));
  }

  private of(cvmId: CvmId): PatientCvm {
    const cvm = this.cvms.get(cvmId);
    if (!cvm) throw new Error(`There is no CVM ${cvmId}.`);
    return cvm;
  }

  private readonly work: Omit<Activities, 'notifications'> = {
    phala: {
      describeCvm: activity(async ({ cvm }) => ({
        cvmId: cvmIdSchema.parse(cvm),
        name: 'patient-app',
        status: 'running',
        appId: contract.address,
        composeHash: this.of(cvmIdSchema.parse(cvm)).commits.length > 0 ? composeHash : base,
        contract,
        envEncryptionKey: null,
        newestOperation: null,
        notifies: this.target && announcedByDefault,
        machine: { vcpu: null, memoryMb: null, diskGb: null, image: null },
      })),
      requestUpdate: activity(async ({ cvmId }) => {
        const { tokens } = this.of(cvmId);
        tokens.push(now());
        return {
          outcome: 'prepared',
          composeHash,
          expectation: { kind: 'admission', contract, composeHash, deviceId: null },
          commitToken: `sealed:${tokens.length}`,
          hashCheck: 'matched',
          changes: [],
          recomputedHash: composeHash,
          appId: null,
          envEncryptionKey: null,
        };
      }),
      commitUpdate: activity(async ({ cvmId, commitToken }) => {
        const { refusal, tokens, commits } = this.of(cvmId);
        if (refusal) throw new Failure(refusal, 'The API refuses the commit.');
        const newest = commitToken === `sealed:${tokens.length}`;
        if (!newest || now() - (tokens.at(-1) ?? 0) >= 14 * day) {
          throw new Failure('PreparationExpired', 'The token has expired.');
        }
        commits.push(commitToken);
        return { correlationId: `commit-${commits.length}`, created: null };
      }),
      followOperation: activity(async ({ correlationId }) => ({ correlationId, composeHash })),
      // The other kinds of change are not asked for here.
    } satisfies Partial<PhalaActivities> as Partial<PhalaActivities> as PhalaActivities,
    chain: {
      openRegistration: activity(async ({ expectation }, { change }) => {
        this.ofChange(change).asked++;
        const call = { method: 'addComposeHash', arguments: [], to: contract.address, data: '0x' } as const;
        const proposal = {
          owner: contract.address,
          pendingOwner: null,
          registrar: 'safe',
          expectation,
          calls: [call],
          safe: null,
          fromBlock: 1,
        } as const;
        return { proposal, registration: null };
      }),
      findRegistration: activity(async (_input, { change, attempt }) => {
        const cvm = this.ofChange(change);
        cvm.looks++;
        if (cvm.registered) return registration;
        // As the real one does it, but for the hours: two servers would not get through nine thousand looks.
        const pace = { first: 5_000, factor: 1.25, longest: day / 4 };
        throw new Failure('RegistrationPending', 'Not yet.', { retryAfter: pollDelay(attempt, pace) });
      }),
      confirmRegistration: activity(async ({ registration: seen }) => ({ ...seen, final: true })),
      // Nor are other owners.
    } satisfies Partial<ChainActivities> as Partial<ChainActivities> as ChainActivities,
    local: { handOver: createHandOver() },
  };
}

const registration: Registration = {
  contract,
  deployer: null,
  transactionHash,
  proof: transactionHash,
  blockNumber: 2,
  finality: 'safe',
  final: true,
};
