import type { CvmConfiguration } from '../model/descriptions.js';
import type { ComposeHash } from '../model/hex.js';
import { askWorker } from './askWorker.js';
import type { Session } from './countersign.js';

interface Wanted {
  readonly cvm: string;
  /** Null: what the CVM runs now. */
  readonly composeHash: ComposeHash | null;
}

/** Reads the app-compose document of a CVM, or that of its app with a compose hash, through a worker. */
export const readConfiguration = (session: Session, wanted: Wanted): Promise<CvmConfiguration> =>
  askWorker(session, {
    workflowType: 'readConfiguration',
    args: [wanted],
    id: 'read-configuration',
    summary: `Read the app-compose document of CVM ${wanted.cvm}`,
  });
