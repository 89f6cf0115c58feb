import { type AnyRequest, changeRequestFields } from '../model/changeRequest.js';
import type { ChangeKind, ChangeRequest } from '../model/kinds.js';

type OfEachKind = { readonly [Kind in ChangeKind]: (request: ChangeRequest<Kind>) => string };

const summaries: OfEachKind = {
  update: ({ cvmId }) => `Update of CVM ${cvmId}`,
  adopt: ({ cvmId }) => `Update of CVM ${cvmId}, prepared elsewhere`,
  replicate: ({ cvmId }) => `Replica of CVM ${cvmId}`,
  provision: ({ name }) => `New CVM ${name}`,
  allowlist: ({ appId }) => `Allow-lists of app ${appId}`,
};

/** What is asked for: names of fields, never what stands in them. Values may be secret, and are long. */
const asked: OfEachKind = {
  update: ({ update }) => `changes: ${fieldsOf(update)}`,
  adopt: ({ composeHash }) => `compose hash: ${composeHash}`,
  replicate: ({ cvmId: _, ...given }) => `gives: ${fieldsOf(given) || 'nothing, all is as in the source'}`,
  provision: ({ compose, ...given }) => `gives: ${fieldsOf(given)}, compose: ${fieldsOf(compose)}`,
  allowlist: ({ steps }) => `steps: ${steps.map(({ action }) => action).join(', ')}`,
};

/** The title of a change in the Web UI: one line. */
export const staticSummary = <Kind extends ChangeKind>(kind: Kind, request: ChangeRequest<Kind>): string =>
  summaries[kind](request);

/** What was asked for, as the Web UI shows it beside the course, in markdown. Stays the same to the end. */
export const staticDetails = <Kind extends ChangeKind>(
  kind: Kind,
  request: ChangeRequest<Kind>,
  { requestedBy, reason, registrar, policy }: AnyRequest,
): string =>
  [
    `- ${asked[kind](request)}`,
    `- requested by: ${requestedBy}`,
    ...(reason ? [`- reason: ${reason}`] : []),
    `- registrar: ${registrar}`,
    `- finality: ${policy.finality}, changed base: ${policy.onBaseChanged}, hash mismatch: ${policy.onHashMismatch}`,
  ].join('\n');

/** The fields that are given, without those that every request has. */
const fieldsOf = (given: object): string =>
  Object.entries(given)
    .flatMap(([name, value]) => (value === undefined || Object.hasOwn(changeRequestFields, name) ? [] : [name]))
    .join(', ');
