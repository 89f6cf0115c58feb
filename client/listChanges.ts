import { cvmOf } from '../model/cvmId.js';
import type { ChangeKind } from '../model/kinds.js';
import type { Phase } from '../model/phases.js';
import { searchAttributes as names } from '../model/searchAttributes.js';
import { appIn } from './changeName.js';
import { type ChangeSummary, summaryOf } from './changeSummary.js';
import type { Session } from './countersign.js';
import { quote } from './quote.js';
import { translate } from './translate.js';

/** Which changes to list. All of them without a filter. */
export interface ChangeFilter {
  readonly kind?: ChangeKind;
  readonly phase?: Phase;
  /** The vm_uuid: of the CVM that is updated, replicated, or has been made new. */
  readonly cvmId?: string;
  readonly appId?: string;
  readonly composeHash?: string;
  /** The chain that something was to be registered on. */
  readonly chainId?: number;
  readonly requestedBy?: string;
  /** Only those that have not ended. */
  readonly running?: boolean;
}

/** The changes of a namespace, newest first, as the server's index has them: a second old at times. */
export async function* listChanges(session: Session, filter: ChangeFilter): AsyncGenerator<ChangeSummary, void, void> {
  try {
    for await (const execution of session.client.workflow.list({ query: queryOf(filter) })) yield summaryOf(execution);
  } catch (error) {
    throw translate(error, { address: session.address, change: 'list', patience: 0 });
  }
}

function queryOf({ kind, phase, cvmId, appId, composeHash, chainId, requestedBy, running }: ChangeFilter): string {
  const equal = (name: string, value: string | undefined) => (value ? [`${name} = ${quote(value)}`] : []);
  const conditions = [
    `${names.changeKind} IS NOT NULL`,
    ...equal(names.changeKind, kind),
    ...equal(names.changePhase, phase),
    ...equal(names.cvmId, cvmId && (cvmOf(cvmId) ?? cvmId)),
    ...equal(names.appId, appId && (appIn(appId) ?? appId)),
    ...equal(names.composeHash, composeHash),
    ...(chainId === undefined ? [] : [`${names.chainId} = ${chainId}`]),
    ...equal(names.requestedBy, requestedBy),
    ...(running ? [`ExecutionStatus = "Running"`] : []),
  ];
  return conditions.join(' AND ');
}
