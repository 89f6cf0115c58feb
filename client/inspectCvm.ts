import type { CvmDescription } from '../model/descriptions.js';
import { askWorker } from './askWorker.js';
import type { Session } from './countersign.js';

/** Looks at a CVM through a worker. */
export const inspectCvm = (session: Session, cvm: string): Promise<CvmDescription> =>
  askWorker(session, { workflowType: 'inspectCvm', args: [{ cvm }], id: 'inspect', summary: `Look at CVM ${cvm}` });
