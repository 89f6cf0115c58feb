import { describeComposeChanges } from './composeChanges.js';
import type { ComposeDocument } from './composeDocument.js';
import type { CvmId } from './cvmId.js';
import type { Node } from './descriptions.js';

interface Replica {
  /** The source. */
  readonly cvmId: CvmId;
  readonly node: Pick<Node, 'name'> | null;
  /** Null: that of the source. */
  readonly encryptedEnv: string | null;
  /** What is copied; null where it is not known. */
  readonly document: ComposeDocument | null;
}

/** What a replica copies and in what it differs, in a few lines for people who sign. */
export const describeReplica = ({ cvmId, node, encryptedEnv, document }: Replica): readonly string[] => [
  `copy of CVM ${cvmId}`,
  ...(node ? [`node: ${node.name}`] : ['node: that of the source']),
  `environment: ${encryptedEnv === null ? 'that of the source' : 'new (encrypted)'}`,
  ...(document ? describeComposeChanges(null, document).map((line) => `copied ${line.replace(': new (', ' (')}`) : []),
];
