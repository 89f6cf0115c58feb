import type { SealingKey } from '../model/sealedEnv.js';
import { askWorker } from './askWorker.js';
import type { Session } from './countersign.js';

/** Asks a worker for the public key that values are sealed to on their way to the workers. */
export const readSealingKey = (session: Session): Promise<SealingKey> =>
  askWorker(session, { workflowType: 'readSealingKey', args: [], id: 'sealing-key', summary: 'Tell the sealing key' });
