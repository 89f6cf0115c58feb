import { createCheckRegistration } from '../activities/checkRegistration.js';
import { createCommitUpdate } from '../activities/commitUpdate.js';
import { createConfirmRegistration } from '../activities/confirmRegistration.js';
import { createDescribeCvm } from '../activities/describeCvm.js';
import { createFindRegistration } from '../activities/findRegistration.js';
import { createFollowOperation } from '../activities/followOperation.js';
import { createKeyRing, type SealKey } from '../activities/keyRing.js';
import { createNotify } from '../activities/notify.js';
import { createOpenRegistration } from '../activities/openRegistration.js';
import { createRequestUpdate } from '../activities/requestUpdate.js';
import { createSendRegistration } from '../activities/sendRegistration.js';
import { createSignRegistration } from '../activities/signRegistration.js';
import { createChains } from '../chain/chains.js';
import { createOwnerKey } from '../chain/ownerKey.js';
import type { ChainActivities, NotificationActivities, PhalaActivities } from '../model/activities.js';
import { createPhalaApi } from '../phala/phalaApi.js';
import type { WorkerConfig } from './config.js';

/** The activities of a worker, by the task queue that they are taken from. */
export interface Activities {
  readonly phala: PhalaActivities;
  readonly chain: ChainActivities;
  readonly notifications: NotificationActivities;
}

/** Puts the clients of a configuration into the activities: the one place where everything meets. */
export function createActivities(
  config: Pick<WorkerConfig, 'phala' | 'rpcUrls' | 'ownerKey' | 'notifications'>,
  sealKeys: readonly [SealKey, ...SealKey[]],
): Activities {
  const phala = createPhalaApi(config.phala);
  const chains = createChains(config.rpcUrls);
  const ownerKey = config.ownerKey && createOwnerKey(config.ownerKey);
  const keyRing = createKeyRing(sealKeys);
  return {
    phala: {
      describeCvm: createDescribeCvm({ phala, notifies: config.notifications !== null }),
      requestUpdate: createRequestUpdate({ phala, keyRing }),
      commitUpdate: createCommitUpdate({ phala, keyRing }),
      followOperation: createFollowOperation({ phala }),
    },
    chain: {
      openRegistration: createOpenRegistration({ chains, ownerKey }),
      findRegistration: createFindRegistration({ chains }),
      checkRegistration: createCheckRegistration({ chains }),
      confirmRegistration: createConfirmRegistration({ chains }),
      signRegistration: createSignRegistration({ chains, ownerKey, keyRing }),
      sendRegistration: createSendRegistration({ chains, keyRing }),
    },
    notifications: { notify: createNotify({ target: config.notifications }) },
  };
}
