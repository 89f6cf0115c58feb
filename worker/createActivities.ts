import { createBuildExecution } from '../activities/buildExecution.js';
import { createCheckRegistration } from '../activities/checkRegistration.js';
import { createCheckSignature } from '../activities/checkSignature.js';
import { createCommitProvision } from '../activities/commitProvision.js';
import { createCommitReplica } from '../activities/commitReplica.js';
import { createCommitUpdate } from '../activities/commitUpdate.js';
import { createConfirmRegistration } from '../activities/confirmRegistration.js';
import { createDescribeApp } from '../activities/describeApp.js';
import { createDescribeCvm } from '../activities/describeCvm.js';
import { createDescribeProvision } from '../activities/describeProvision.js';
import { createDescribeReplication } from '../activities/describeReplication.js';
import { createFindRegistration } from '../activities/findRegistration.js';
import { createFollowCreation } from '../activities/followCreation.js';
import { createFollowOperation } from '../activities/followOperation.js';
import { createFollowSafe } from '../activities/followSafe.js';
import { createFollowTimelock } from '../activities/followTimelock.js';
import { createHandOver } from '../activities/handOver.js';
import { createKeyRing, type SealKey } from '../activities/keyRing.js';
import { createLookForCvm } from '../activities/lookForCvm.js';
import { createLookForReplica } from '../activities/lookForReplica.js';
import { createLookForUpdate } from '../activities/lookForUpdate.js';
import { createNotify } from '../activities/notify.js';
import { createOpenRegistration } from '../activities/openRegistration.js';
import { fallbackPace, watchedPace } from '../activities/pollDelay.js';
import { createPrepareProvision } from '../activities/prepareProvision.js';
import { createReadConfiguration } from '../activities/readConfiguration.js';
import { createReadSealingKey } from '../activities/readSealingKey.js';
import { createRemind } from '../activities/remind.js';
import { createRequestReplica } from '../activities/requestReplica.js';
import { createRequestUpdate } from '../activities/requestUpdate.js';
import { createSafeQueues, type SafeQueues } from '../activities/safeQueue/safeQueues.js';
import { createScanChain } from '../activities/scanChain.js';
import { createFollowOrder } from '../activities/sending/followOrder.js';
import type { Senders } from '../activities/sending/senders.js';
import { createSendTransactions } from '../activities/sending/sendTransactions.js';
import { createSignCall } from '../activities/sending/signCall.js';
import { createSignReplacement } from '../activities/sending/signReplacement.js';
import { createWithdrawOrder } from '../activities/sending/withdrawOrder.js';
import { createTakePreparation } from '../activities/takePreparation.js';
import { createChains } from '../chain/chains.js';
import { createSigner, createSigners } from '../chain/sending/signer.js';
import type { ChainActivities } from '../model/chainActivities.js';
import type { LocalActivities, NotificationActivities } from '../model/notification.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { createPhalaApi } from '../phala/phalaApi.js';
import { createSafeServiceApi } from '../safeService/safeServiceApi.js';
import type { WorkerConfig } from './config.js';

/** The activities of a worker, by the task queue that they are taken from. */
export interface Activities {
  readonly phala: PhalaActivities;
  readonly chain: ChainActivities;
  readonly notifications: NotificationActivities;
  /** Those that run inside of workflow tasks. */
  readonly local: LocalActivities;
}

const defaultWatchInterval = 1_000;

/** What the activities of a worker need of Temporal. */
export interface Deployment {
  readonly sealKeys: readonly [SealKey, ...SealKey[]];
  readonly senders: Senders;
}

/** Puts the clients of a configuration into the activities: the one place where everything meets. */
export function createActivities(
  config: Pick<WorkerConfig, 'phala' | 'rpcUrls' | 'ownerKey' | 'fees' | 'notifications'> &
    Partial<Pick<WorkerConfig, 'multiSends' | 'watchInterval' | 'relayerKey' | 'safeServices'>>,
  { sealKeys, senders }: Deployment,
): Activities {
  const phala = createPhalaApi(config.phala);
  const chains = createChains(config.rpcUrls, config.multiSends);
  const ownerKey = config.ownerKey && createSigner(config.ownerKey);
  const relayer = config.relayerKey ? createSigner(config.relayerKey) : null;
  const queues = safeQueuesOf(config.safeServices);
  const keyRing = createKeyRing(sealKeys);
  const target = config.notifications;
  const notifies = target === null ? null : target.announced;
  const { fees } = config;
  const pace = config.watchInterval ? watchedPace : fallbackPace;
  const signing = { chains, signers: createSigners(ownerKey, relayer), keyRing, fees };
  return {
    phala: {
      describeCvm: createDescribeCvm({ phala, notifies }),
      requestUpdate: createRequestUpdate({ phala, keyRing }),
      takePreparation: createTakePreparation({ phala, keyRing }),
      commitUpdate: createCommitUpdate({ phala, keyRing }),
      lookForUpdate: createLookForUpdate({ phala }),
      followOperation: createFollowOperation({ phala }),
      describeReplication: createDescribeReplication({ phala, notifies }),
      requestReplica: createRequestReplica({ phala, keyRing }),
      commitReplica: createCommitReplica({ phala, keyRing }),
      lookForReplica: createLookForReplica({ phala }),
      describeProvision: createDescribeProvision({ phala, notifies }),
      prepareProvision: createPrepareProvision({ phala }),
      commitProvision: createCommitProvision({ phala, keyRing }),
      lookForCvm: createLookForCvm({ phala }),
      followCreation: createFollowCreation({ phala }),
      describeApp: createDescribeApp({ phala, notifies }),
      readConfiguration: createReadConfiguration({ phala }),
      readSealingKey: createReadSealingKey({ keyRing }),
    },
    chain: {
      openRegistration: createOpenRegistration({ chains, ownerKey, relayer }),
      findRegistration: createFindRegistration({ chains, pace }),
      followTimelock: createFollowTimelock({ chains, queues }),
      followSafe: createFollowSafe({ chains, queues }),
      checkSignature: createCheckSignature({ chains }),
      buildExecution: createBuildExecution(),
      checkRegistration: createCheckRegistration({ chains }),
      confirmRegistration: createConfirmRegistration({ chains }),
      followOrder: createFollowOrder({ senders }),
      withdrawOrder: createWithdrawOrder({ senders }),
      signCall: createSignCall(signing),
      signReplacement: createSignReplacement(signing),
      sendTransactions: createSendTransactions({ chains, keyRing, fees }),
      // Where this worker starts no watcher, it may still run one that another has started.
      scanChain: createScanChain({ chains, interval: config.watchInterval ?? defaultWatchInterval }),
    },
    local: { handOver: createHandOver() },
    notifications: { notify: createNotify({ target }), remind: createRemind({ target }) },
  };
}

function safeQueuesOf(configured: WorkerConfig['safeServices'] | undefined): SafeQueues {
  const { urls = new Map<number, string>(), apiKey = null, proposerKey = null } = configured ?? {};
  const services = [...urls].map(([id, baseUrl]) => [id, createSafeServiceApi({ baseUrl, apiKey })] as const);
  return createSafeQueues(new Map(services), proposerKey);
}
